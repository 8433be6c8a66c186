import Provisioning

/// A mistake that is built in on purpose: the simulation has to find each.
package enum PlantedBug: String, CaseIterable, Sendable {
  /// A request whose answer was lost is sent again.
  case blindResend
  /// The caller gets its answer before the outcome is durable.
  case outcomeBeforeCommit
  /// The store writes what an earlier holder of the lease says.
  case lostFence
}

/// What one run came to.
package struct SimulationReport: Equatable, Sendable {
  package var creations = 0
  package var sends = 0
  package var replies = 0
  package var crashes = 0
  /// Rows by their last state.
  package var states: [String: Int] = [:]
  /// Invariants that were broken, each with what was seen.
  package var violations: [String] = []
  /// Of everything that happened, in order: equal for equal runs.
  package var trace: UInt64 = 0
}

/// Runs the state machine, the calls and the reconciliation of creations against a store, an
/// upstream, a network and clocks of its own, with crashes, lost and late answers, partitions,
/// replicas that race and clocks that jump. Everything comes from the seed.
package struct Simulation {
  enum Event {
    case call(Int)
    /// A step of a call ended; nothing happens when its process has gone meanwhile.
    case callStep(Work, CallInput)
    case lookAgain(Work)
    case reconcileStep(Work, ReconcileInput)
    case scan(replica: Int, boot: Int)
    case crash(replica: Int)
    case restart(replica: Int)
    case jump(replica: Int)
    case foreignUser(Int)
    case lateExecution(UserSpecification, Identifier)
    case outage(replica: Int, isOut: Bool)
    case denial(Bool)
    case heal
    case end
  }

  /// A piece of work of one process: gone with its boot.
  struct Work: Hashable {
    var replica: Int
    var boot: Int
    var number: Int
  }

  enum CallInput {
    case wrote(Result<CreationWriteResult, JournalError>)
    case answered(DirectoryAnswer)
  }

  enum ReconcileInput {
    case wrote(Result<CreationWriteResult, JournalError>)
    case looked(DirectoryLookup)
    case compared([Creation]?)
    case woke
  }

  struct Replica {
    var boot = 1
    var isUp = true
    /// How far its wall clock is from the true time.
    var clockOffset: Int64 = 0
    var isCutOff = false
    var calls: [Work: CreationCall] = [:]
    var requestOf: [Work: Int] = [:]
    var reconciliations: [Work: Reconciliation] = [:]
    var reconciled: Set<Identifier> = []
    var breaker = AmbiguityBreaker()
    /// The work that the breaker lets through while it is open.
    var probe: Work?
    /// Outcomes that the store did not take: written when it does, and lost in a crash.
    var owed: [CreationTransition] = []
  }

  static let start: Int64 = 1_800_000_000_000_000

  let seed: UInt64
  let bug: PlantedBug?
  let timing = CreationTiming()
  var random: SeededRandom
  var schedule = Schedule<Event>()
  var now = start
  var store = SimulatedStore()
  var upstream = SimulatedUpstream()
  var replicas: [Replica]
  var requests: [SimulatedRequest] = []
  var sent: Set<CreationStamp> = []
  var report = SimulationReport()
  var works = 0
  var identifiers: UInt64 = 0

  /// How long things go wrong, and how long all is well afterwards, in microseconds.
  static let trouble: Int64 = 240_000_000
  static let recovery: Int64 = 400_000_000

  package init(seed: UInt64, requestCount: Int = 100, bug: PlantedBug? = nil) {
    self.seed = seed
    self.bug = bug
    random = SeededRandom(seed: seed)
    replicas = Array(repeating: Replica(), count: Int.random(in: 1...3, using: &random))
    store.ignoresFences = bug == .lostFence
    plan(requestCount: requestCount)
  }

  /// Runs to the end.
  package static func run(
    seed: UInt64, requestCount: Int = 100, bug: PlantedBug? = nil
  ) -> SimulationReport {
    var simulation = Simulation(seed: seed, requestCount: requestCount, bug: bug)
    simulation.run()
    return simulation.report
  }

  mutating func run() {
    while let (time, event) = schedule.next() {
      now = max(now, time)
      report.trace = (report.trace &* 31 &+ UInt64(bitPattern: time)) &* 0x100_0000_01B3
      if case .end = event { break }
      handle(event)
    }
    checkEnd()
    report.violations += store.violations + upstream.violations
    for row in store.rows { report.states[row.state.rawValue, default: 0] += 1 }
    report.creations = store.rows.count
  }

  func moment(_ replica: Int) -> Moment {
    Moment(
      wall: now + replicas[replica].clockOffset, uptime: .microseconds(now - Self.start + 1))
  }

  func time(of uptime: Duration) -> Int64 { Self.start - 1 + uptime.microseconds }

  private mutating func handle(_ event: Event) {
    switch event {
    case .call(let number): call(number)
    case .callStep(let work, let input): callStep(work, input)
    case .lookAgain(let work): lookAgain(work)
    case .reconcileStep(let work, let input): reconcileStep(work, input)
    case .scan(let replica, let boot): scan(replica, boot)
    case .crash(let replica): crash(replica)
    case .restart(let replica): restart(replica)
    case .jump(let replica): replicas[replica].clockOffset = random.time(-60_000_000...60_000_000)
    case .foreignUser(let name): makeForeignUser(name)
    case .lateExecution(let specification, let owner):
      _ = upstream.execute(specification, owner: owner, at: now)
    case .outage(let replica, let isOut): cutOff(replica, isOut)
    case .denial(let isDenied): upstream.deniesLooks = isDenied
    case .heal: heal()
    case .end: break
    }
  }

  // MARK: Processes

  private mutating func crash(_ replica: Int) {
    guard replicas[replica].isUp, !upstream.isHealed else { return }
    report.crashes += 1
    let offset = replicas[replica].clockOffset
    let boot = replicas[replica].boot
    replicas[replica] = Replica(boot: boot + 1, isUp: false, clockOffset: offset)
    schedule.plan(.restart(replica: replica), at: now + random.time(100_000...20_000_000))
  }

  private mutating func restart(_ replica: Int) {
    guard !replicas[replica].isUp else { return }
    replicas[replica].isUp = true
    // One process alone on its store knows that no other is about to send.
    if replicas.count == 1 { takeUp(store.abandoned(before: .max, limit: 1000), 0, isAlone: true) }
    schedule.plan(.scan(replica: replica, boot: replicas[replica].boot), at: now + 1_000_000)
  }

  private mutating func heal() {
    upstream.isHealed = true
    upstream.deniesLooks = false
    for replica in replicas.indices {
      cutOff(replica, false)
      restart(replica)
    }
  }

  private mutating func cutOff(_ replica: Int, _ isOut: Bool) {
    replicas[replica].isCutOff = isOut
    guard !isOut else { return }
    for transition in replicas[replica].owed { _ = store.write(transition) }
    replicas[replica].owed = []
  }

  mutating func nextWork(_ replica: Int) -> Work {
    works += 1
    return Work(replica: replica, boot: replicas[replica].boot, number: works)
  }

  func isAlive(_ work: Work) -> Bool {
    replicas[work.replica].isUp && replicas[work.replica].boot == work.boot
  }

  mutating func nextIdentifier() -> Identifier {
    identifiers += 1
    return Identifier(high: seed, low: identifiers)
  }

  /// Writes at one instant between now and the answer. The answer may be lost with the connection;
  /// what was written is written all the same.
  mutating func write(
    _ transition: CreationTransition, by replica: Int
  ) -> Result<CreationWriteResult, JournalError> {
    if replicas[replica].isCutOff {
      // As the writer's queue: what has happened is kept.
      let isOutcome = transition.isRecorded && transition.creation.state != .intent
      if isOutcome { replicas[replica].owed.append(transition) }
      return .failure(isOutcome ? .outcomeNotRecorded("") : .unavailable(""))
    }
    let result = store.write(transition)
    if !upstream.isHealed, random.chance(0.01) { return .failure(.outcomeNotRecorded("")) }
    return .success(result)
  }
}
