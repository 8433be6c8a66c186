import Logging
import NIOCore
import NIOPosix
import NIOSSL
import SigV4
import Synchronization

@testable import Cognito
@testable import Provisioning

/// A directory, and the server that it talks to.
struct DirectoryScene {
  /// A clock that stands still unless it is set.
  final class StoppedClock: WallClock {
    static let start: Int64 = 1_795_239_351
    let seconds = Mutex(start)
    func now() -> Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
  }

  /// Gives each of its credentials once, the last one for ever.
  final class Rotation: CredentialsProvider {
    private let left: Mutex<[AWSCredentials]>

    init(_ credentials: [AWSCredentials]) {
      left = Mutex(credentials)
    }

    func credentials() async throws(CredentialsError) -> AWSCredentials {
      let next = left.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
      guard let next else { throw CredentialsError(tries: []) }
      return next
    }
  }

  let directory: CognitoDirectory
  let server: ScriptedServer

  /// Limits that let a test of silence end soon.
  static var impatient: ConnectionLimits {
    var limits = ConnectionLimits()
    limits.responseTimeout = .seconds(2)
    limits.lookupTimeout = .seconds(2)
    limits.sweepInterval = .milliseconds(10)
    return limits
  }

  /// A thousand tests at once on two cores can hold one up for longer than an upstream may take.
  static var patient: ConnectionLimits {
    var limits = ConnectionLimits()
    limits.lookupTimeout = .seconds(60)
    return limits
  }

  static func directory(
    url: String, group: MultiThreadedEventLoopGroup,
    credentials: any CredentialsProvider = StaticCredentials(Fixtures.credentials),
    limits: ConnectionLimits = ConnectionLimits(), authoritiesFile: String? = nil,
    clock: any WallClock = StoppedClock(), logger: Logger = Logger(label: "test")
  ) throws -> CognitoDirectory {
    try CognitoDirectory(
      configuration: CognitoConfiguration(
        endpoints: EndpointResolver(override: Endpoint(url: url)),
        tokenEndpoints: EndpointResolver(.securityTokenService, override: Endpoint(url: url)),
        limits: limits, certificateAuthoritiesFile: authoritiesFile),
      credentials: credentials, group: group, clock: clock, logger: logger)
  }

  /// Runs `body` with a directory of one event loop and a server of another, and stops both.
  static func with<R: Sendable>(
    limits: ConnectionLimits = DirectoryScene.patient,
    credentials: any CredentialsProvider = StaticCredentials(Fixtures.credentials),
    clock: any WallClock = StoppedClock(), logger: Logger = Logger(label: "test"),
    script: @escaping ScriptedServer.Script,
    _ body: (DirectoryScene) async throws -> R
  ) async throws -> R {
    let serverGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(group: serverGroup, script: script)
    let directory = try directory(
      url: "http://127.0.0.1:\(server.port)", group: group, credentials: credentials,
      limits: limits, clock: clock, logger: logger)
    let result = try await body(DirectoryScene(directory: directory, server: server))
    await directory.close()
    try await server.stop()
    try await group.shutdownGracefully()
    try await serverGroup.shutdownGracefully()
    return result
  }

  func create(
    _ specification: UserSpecification = Fixtures.specification(), within: Duration? = nil
  ) async -> DirectoryAnswer {
    await directory.create(specification, deadline: within.map { .now + $0 })
  }

  /// What one call comes to when the server answers it so.
  static func failure(
    limits: ConnectionLimits = impatient, _ steps: [ScriptedServer.Step]
  ) async throws -> DirectoryFailure? {
    try await with(limits: limits, script: { _, _ in steps }) { scene in
      switch await scene.create() {
      case .success: nil
      case .failure(let failure): failure
      }
    }
  }
}
