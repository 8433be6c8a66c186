import Provisioning

/// What a caller wants, and asks for until it has its answer.
struct SimulatedRequest {
  var caller: String
  var requestID: String
  var username: String
  /// An alias: of two users with one address the second is refused.
  var email: String
  /// Whether an invitation is to be sent again.
  var isResend: Bool
  /// Whether the policy puts the creation's id into an attribute.
  var hasMarker: Bool
  var tries = 0
  var isDone = false
}

extension Simulation {
  /// Names that requests contend for.
  private var nameCount: Int { max(4, requests.count * 2 / 3) }

  mutating func plan(requestCount: Int) {
    let clocksJump = random.chance(0.5)
    for number in 0..<requestCount {
      let isRepeat = number > 0 && random.chance(0.15)
      let name = "user-\(Int.random(in: 0..<max(4, requestCount * 2 / 3), using: &random))"
      let other = "user-\(Int.random(in: 0..<max(4, requestCount * 2 / 3), using: &random))"
      var request = SimulatedRequest(
        caller: "caller-\(Int.random(in: 0..<3, using: &random))", requestID: "request-\(number)",
        username: name, email: (random.chance(0.1) ? other : name) + "@example.com",
        isResend: random.chance(0.1),
        // By wall clocks that jump nobody can tell when a user was made.
        hasMarker: clocksJump || random.chance(0.5))
      if isRepeat { request = requests[Int.random(in: 0..<number, using: &random)] }
      requests.append(request)
      schedule.plan(.call(number), at: now + random.time(0...Self.trouble - 60_000_000))
    }
    for replica in replicas.indices {
      schedule.plan(.scan(replica: replica, boot: 1), at: now + random.time(0...1_000_000))
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        schedule.plan(.crash(replica: replica), at: now + random.time(0...Self.trouble))
      }
      if clocksJump {
        for _ in 0..<3 {
          schedule.plan(.jump(replica: replica), at: now + random.time(0...Self.trouble))
        }
      }
      if random.chance(0.5) {
        let time = now + random.time(0...Self.trouble)
        schedule.plan(.outage(replica: replica, isOut: true), at: time)
        schedule.plan(
          .outage(replica: replica, isOut: false), at: time + random.time(100_000...40_000_000))
      }
    }
    for _ in 0..<requestCount / 20 {
      let name = Int.random(in: 0..<max(4, requestCount * 2 / 3), using: &random)
      schedule.plan(.foreignUser(name), at: now + random.time(0...Self.trouble))
    }
    if random.chance(0.2) {
      schedule.plan(.denial(true), at: now + random.time(0...Self.trouble))
      schedule.plan(.denial(false), at: now + Self.trouble)
    }
    schedule.plan(.heal, at: now + Self.trouble)
    schedule.plan(.end, at: now + Self.trouble + Self.recovery)
  }

  mutating func makeForeignUser(_ name: Int) {
    guard upstream.account("user-\(name)") == nil else { return }
    let attributes = [UserAttribute(name: "email", value: "other-\(name)@example.com")]
    _ = upstream.execute(
      .recorded(
        pool: Self.pool, username: "user-\(name)", userAttributes: attributes,
        validationData: [], forceAliasCreation: false, messageAction: .suppress,
        desiredDeliveryMediums: [], clientMetadata: []),
      owner: nil, at: now)
  }

  static let pool = UserPool(id: "us-east-1_Simulated", region: "us-east-1")

  // MARK: One call

  mutating func call(_ number: Int) {
    let request = requests[number]
    guard !request.isDone, request.tries < 40 else { return }
    requests[number].tries += 1
    let replica = Int.random(in: replicas.indices, using: &random)
    guard replicas[replica].isUp else { return again(number) }
    let moment = moment(replica)
    let creation = intent(request)
    let call = CreationCall(
      intent: creation, fingerprint: Self.hash(request.requestID + request.username),
      claims: NameClaims(
        user: Self.hash(request.username),
        email: request.isResend ? nil : Self.hash(request.email)),
      deadline: moment.uptime + .microseconds(random.time(200_000...40_000_000)), now: moment,
      timing: timing)
    let work = nextWork(replica)
    let admission = replicas[replica].breaker.admission(uptime: moment.uptime)
    if admission == .probe { replicas[replica].probe = work }
    let action = call.start(maySend: admission != .refused, now: moment)
    replicas[replica].calls[work] = call
    replicas[replica].requestOf[work] = number
    perform(action, work)
  }

  mutating func again(_ number: Int) {
    schedule.plan(.call(number), at: now + random.time(100_000...15_000_000))
  }

  private mutating func intent(_ request: SimulatedRequest) -> CreationIntent {
    let creationID = nextIdentifier()
    var attributes = [UserAttribute(name: "email", value: request.email)]
    if request.isResend { attributes = [] }
    if request.hasMarker, !request.isResend {
      attributes.append(
        UserAttribute(name: "custom:creation_id", value: creationID.description))
    }
    return CreationIntent(
      reference: CreationReference(
        creationID: creationID, requestID: request.requestID, isRepeatable: true),
      origin: CallOrigin(
        callerID: request.caller, authentication: .anonymous, onBehalfOf: nil, peer: "peer"),
      organization: "acme", policyDigest: "", decisions: [],
      specification: .recorded(
        pool: Self.pool, username: request.username, userAttributes: attributes,
        validationData: [], forceAliasCreation: false,
        messageAction: request.isResend ? .resend : .suppress,
        desiredDeliveryMediums: [], clientMetadata: []))
  }

  static func hash(_ text: String) -> KeyedHash { KeyedHash(bytes: Array(text.utf8)) }

  mutating func callStep(_ work: Work, _ input: CallInput) {
    guard isAlive(work), let call = replicas[work.replica].calls[work] else { return }
    let moment = moment(work.replica)
    var action: CreationCall.Action
    switch input {
    case .wrote(let result):
      action = call.wrote(result, now: moment)
      if case .success(.written) = result { follow(call, work) }
    case .answered(let answer):
      let isProbe = replicas[work.replica].probe == work
      if isProbe { replicas[work.replica].probe = nil }
      replicas[work.replica].breaker.ended(
        isLost: answer.isLost, isProbe: isProbe, uptime: moment.uptime)
      action = call.answered(answer, now: moment)
      if bug == .outcomeBeforeCommit, case .write(let change) = action {
        reply(.success(CreationReply(creation: change.creation, isReplayed: false)), work)
      }
    }
    perform(action, work)
  }

  mutating func lookAgain(_ work: Work) {
    guard isAlive(work), let call = replicas[work.replica].calls[work] else { return }
    let action = call.found(store.row(call.key), now: moment(work.replica))
    perform(action, work)
  }

  mutating func perform(_ action: CreationCall.Action, _ work: Work) {
    switch action {
    case .find:
      schedule.plan(.lookAgain(work), at: now + random.time(100...5000))
    case .write(let transition):
      if !replicas[work.replica].isUp { return }
      let result = write(transition, by: work.replica)
      schedule.plan(.callStep(work, .wrote(result)), at: now + random.time(100...20_000))
    case .send(let specification, let latest):
      send(specification, latest, work)
    case .wait(let until):
      schedule.plan(.lookAgain(work), at: min(time(of: until), now + 250_000))
    case .end(let result):
      if replicas[work.replica].probe == work {
        replicas[work.replica].probe = nil
        replicas[work.replica].breaker.probeWasNotSent()
      }
      finish(result, work)
    }
  }

  private mutating func send(_ specification: UserSpecification, _ latest: Duration, _ work: Work) {
    guard let stamp = replicas[work.replica].calls[work]?.stamp else { return }
    // The process may be slow to send, and is held to `latest`.
    let leaves = now + (random.chance(0.05) ? random.time(0...12_000_000) : random.time(10...2000))
    guard leaves <= time(of: latest) else {
      let failure = DirectoryFailure(kind: .timedOut, executed: .no)
      schedule.plan(.callStep(work, .answered(.failure(failure))), at: time(of: latest))
      return
    }
    let course = upstream.course(&random)
    if case .unsent = course {
      let failure = DirectoryFailure(kind: .unreachable, executed: .no)
      schedule.plan(.callStep(work, .answered(.failure(failure))), at: leaves + 3_000_000)
      return
    }
    let times = bug == .blindResend && course.losesAnswer ? 2 : 1
    for _ in 0..<times { arrive(specification, stamp, course) }
    let answer = execute(specification, course, owner: stamp.creationID)
    let delay = course.losesAnswer ? random.time(1000...20_000_000) : random.time(1000...200_000)
    schedule.plan(.callStep(work, .answered(answer)), at: leaves + delay)
  }

  private mutating func arrive(
    _ specification: UserSpecification, _ stamp: CreationStamp, _ course: SimulatedUpstream.Course
  ) {
    report.sends += 1
    if !store.hasIntent(stamp.creationID, attempt: stamp.attempt, fence: stamp.fence) {
      report.violations.append("I1: a send without a durable intent")
    }
    if !sent.insert(stamp).inserted {
      report.violations.append("I1: two sends of one attempt")
    }
  }

  private mutating func execute(
    _ specification: UserSpecification, _ course: SimulatedUpstream.Course, owner: Identifier
  ) -> DirectoryAnswer {
    let lost = DirectoryAnswer.failure(
      DirectoryFailure(kind: .connectionLost, executed: .unknown))
    switch course {
    case .normal: return upstream.execute(specification, owner: owner, at: now)
    case .unsent, .lostRequest: return lost
    case .throttled: return .failure(DirectoryFailure(kind: .throttled, executed: .no))
    case .invalid: return .failure(DirectoryFailure(kind: .invalidParameter, executed: .no))
    case .lostAnswer:
      _ = upstream.execute(specification, owner: owner, at: now)
      return lost
    case .late(let delay):
      schedule.plan(.lateExecution(specification, owner), at: now + delay)
      return lost
    }
  }

  private mutating func finish(
    _ result: Result<CreationReply, ProvisioningError>, _ work: Work
  ) {
    reply(result, work)
    let number = replicas[work.replica].requestOf[work]
    replicas[work.replica].calls[work] = nil
    replicas[work.replica].requestOf[work] = nil
    guard let number else { return }
    if result.isFinal { requests[number].isDone = true } else { again(number) }
  }

  private mutating func reply(
    _ result: Result<CreationReply, ProvisioningError>, _ work: Work
  ) {
    report.replies += 1
    guard case .success(let reply) = result else { return }
    let row = store.row(reply.creation.id)
    if row?.createdUser == nil {
      report.violations.append("I2: OK while the journal says \(row?.state.rawValue ?? "nothing")")
    }
    if reply.creation.isResend {
      if !upstream.resent.contains(reply.creation.id) {
        report.violations.append("I2: OK for an invitation that was not sent")
      }
      return
    }
    if upstream.account(reply.creation.intent.specification.username)?.owner != reply.creation.id {
      report.violations.append("I2: OK for a user that the creation did not make")
    }
  }
}

extension SimulatedUpstream.Course {
  var losesAnswer: Bool {
    switch self {
    case .lostRequest, .lostAnswer, .late: true
    case .normal, .unsent, .throttled, .invalid: false
    }
  }
}

extension DirectoryAnswer {
  fileprivate var isLost: Bool {
    if case .failure(let failure) = self { failure.executed == .unknown } else { false }
  }
}

extension Result where Success == CreationReply, Failure == ProvisioningError {
  /// Whether a caller that repeats gets nothing else any more.
  fileprivate var isFinal: Bool {
    switch self {
    case .success: true
    case .failure(.directory(let failure, _)):
      [.invalidParameter, .usernameExists, .aliasExists, .userNotFound].contains(failure.kind)
    case .failure(.requestIDReused), .failure(.resolvedAbsent): true
    case .failure: false
    }
  }
}
