import Provisioning

/// Holds what CloudTrail has seen against what the journal has recorded, both ways. Pure.
struct CloudTrailJoin {
  /// How much longer than its own deadline an answer may be on its way: by so much an event may come
  /// before or after the record of a creation whose answer was lost.
  static let doubtMargin: Int64 = 60_000_000

  /// A user that came to be and of whom the other side knows nothing.
  enum Finding: Equatable {
    /// CloudTrail has a call that no record tells of. Of a creation in doubt it may be the call.
    case aroundTheService(CloudTrailEvent, mayBe: Identifier?)
    /// The journal has a user whose call CloudTrail does not have.
    case withoutAnEvent(AuditEvent)
  }

  struct Summary: Equatable {
    var events = 0
    var joinedByRequest = 0
    var joinedBySub = 0
    /// Calls that failed and that no record tells of: attempts that were repeated are among them.
    var failedWithoutARecord = 0
    var findings: [Finding] = []
  }

  /// A creation whose answer was lost.
  private struct Doubt {
    let creation: Identifier
    let pool: String
    let times: ClosedRange<Int64>
  }

  private let events: [CloudTrailEvent]
  private let coverage: ClosedRange<Int64>?
  private let byRequest: [String: Int]
  private let bySub: [String: [Int]]
  private var joined: Set<Int> = []
  private var summary = Summary()
  private var doubts: [Doubt] = []

  /// - Parameters:
  ///   - coverage: the time that CloudTrail's files tell of; a record outside of it needs no event.
  init(events: [CloudTrailEvent], coverage: ClosedRange<Int64>?) {
    self.events = events
    self.coverage = coverage
    byRequest = Dictionary(
      events.enumerated().filter { !$0.element.requestID.isEmpty }
        .map { ($0.element.requestID, $0.offset) }
    ) { first, _ in first }
    bySub = Dictionary(
      grouping: events.indices.filter { !events[$0].sub.isEmpty }, by: { events[$0].sub })
    summary.events = events.count
  }

  /// Takes the next record, in the order of the journal.
  mutating func add(_ event: AuditEvent) {
    if event.kind == .inDoubt || event.kind == .unresolved, let creation = event.creationID,
      let pool = event.pool
    {
      let start = event.wallMicroseconds - (event.durationMicroseconds ?? 0)
      doubts.append(
        Doubt(
          creation: creation, pool: pool.id,
          times: start - Self.doubtMargin...event.wallMicroseconds + Self.doubtMargin))
    }
    if let id = event.trace?.requestID, let index = byRequest[id] {
      if joined.insert(index).inserted { summary.joinedByRequest += 1 }
      return
    }
    guard Self.hasMadeAUser(event) else { return }
    if let sub = event.sub, let indices = bySub[sub] {
      for index in indices where joined.insert(index).inserted { summary.joinedBySub += 1 }
      return
    }
    // CloudTrail's times are whole seconds.
    if let coverage, coverage.contains(event.wallMicroseconds / 1_000_000 * 1_000_000) {
      summary.findings.append(.withoutAnEvent(event))
    }
  }

  private static func hasMadeAUser(_ event: AuditEvent) -> Bool {
    switch event.kind {
    case .created, .resent, .reconciledCreated: true
    default: false
    }
  }

  /// What it has come to, when every record was taken.
  func result() -> Summary {
    var summary = summary
    for index in events.indices where !joined.contains(index) {
      let event = events[index]
      guard event.errorCode.isEmpty else {
        summary.failedWithoutARecord += 1
        continue
      }
      let doubt = doubts.first { $0.pool == event.userPoolID && $0.times.contains(event.time) }
      summary.findings.append(.aroundTheService(event, mayBe: doubt?.creation))
    }
    return summary
  }
}
