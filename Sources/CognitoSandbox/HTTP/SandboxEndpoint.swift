import Synchronization

/// What the connections of a sandbox share: from a request to its answer, without any input or
/// output.
final class SandboxEndpoint: Sendable {
  let clock = SandboxClock()
  let faults: FaultPlan
  let authentication: RequestAuthentication
  let requestCount = Atomic<Int>(0)
  let observer: SandboxConfiguration.Observer?
  private let pools: Mutex<[String: SandboxUserPool]>

  init(_ configuration: SandboxConfiguration) {
    authentication = RequestAuthentication(configuration.credentials)
    observer = configuration.observer
    faults = FaultPlan(seed: configuration.seed)
    let now = clock.now
    var random = SandboxRandom(seed: configuration.seed)
    var pools: [String: SandboxUserPool] = [:]
    for settings in configuration.pools {
      let seed = random.next()
      pools[settings.id] = SandboxUserPool(
        settings: settings, random: SandboxRandom(seed: seed), now: now)
    }
    self.pools = Mutex(pools)
  }

  func pool(_ id: String) -> SandboxUserPool? { pools.withLock { $0[id] } }

  func add(_ settings: [SandboxPool]) {
    let now = clock.now
    pools.withLock { pools in
      for each in settings where pools[each.id] == nil {
        pools[each.id] = SandboxUserPool(
          settings: each, random: SandboxRandom(seed: nil), now: now)
      }
    }
  }

  /// The normal course of a request.
  ///
  /// - Parameter ignoresAliases: a fault; see ``SandboxFault/aliasRace``.
  func answer(_ request: SandboxRequest, ignoresAliases: Bool = false) -> SandboxAnswer {
    do {
      return SandboxAnswer(status: 200, body: try run(request, ignoresAliases: ignoresAliases))
    } catch {
      return SandboxAnswer(error)
    }
  }

  private func run(
    _ request: SandboxRequest, ignoresAliases: Bool
  ) throws(ServiceException) -> [UInt8] {
    let now = clock.now
    let region = try authentication.verify(request, epochSeconds: now / 1000)
    switch request.operation {
    case .adminCreateUser:
      var call = try Self.read(AdminCreateUser.self, request)
      call.ignoresAliases = ignoresAliases
      return try run(call, region: region, now: now)
    case .adminGetUser:
      return try run(Self.read(AdminGetUser.self, request), region: region, now: now)
    case .adminDeleteUser:
      return try run(Self.read(AdminDeleteUser.self, request), region: region, now: now)
    case .describeUserPool:
      return try run(Self.read(DescribeUserPool.self, request), region: region, now: now)
    case .listUsers:
      return try run(Self.read(ListUsers.self, request), region: region, now: now)
    }
  }

  private static func read<Call: PoolCall>(
    _ type: Call.Type, _ request: SandboxRequest
  ) throws(ServiceException) -> Call {
    do {
      return try Call(body: request.body)
    } catch {
      throw .serialization(error)
    }
  }

  private func run(
    _ call: some PoolCall, region: String, now: Int64
  ) throws(ServiceException) -> [UInt8] {
    var violations = ConstraintViolations()
    call.check(&violations)
    try violations.check()
    let id = call.userPoolID ?? ""
    // A pool exists in its own Region only.
    guard let pool = pool(id), pool.settings.region == region else { throw .poolNotFound(id) }
    return try call.run(in: pool, now: now)
  }
}
