/// Denials that are alike, counted together.
package struct CoalescedDenials: Equatable, Sendable {
  /// What all of them have in common; what they differ in is left out.
  package var denial: Denial
  package var count: Int64
  /// When the first and the last of them came: microseconds of the Unix epoch.
  package var firstMicroseconds: Int64
  package var lastMicroseconds: Int64

  init(_ denial: Denial, at now: Int64) {
    self.denial = denial
    count = 1
    (firstMicroseconds, lastMicroseconds) = (now, now)
  }

  mutating func add(_ other: Denial, at now: Int64) {
    count += 1
    lastMicroseconds = now
    denial.policyDigest = other.policyDigest
    if denial.fields != other.fields { denial.fields = [] }
    if denial.requestID != other.requestID { denial.requestID = "" }
    if denial.origin.peer != other.origin.peer { denial.origin.peer = "" }
    if denial.origin.onBehalfOf != other.origin.onBehalfOf { denial.origin.onBehalfOf = nil }
  }
}

/// Keeps a flood of refused calls from filling the journal: of each kind (caller, organization and
/// reason) so many are recorded one by one, and those beyond are counted. Kinds are made of names of
/// the policy document, never of what a request says, so that there are not too many of them.
///
/// Times are microseconds of the Unix epoch.
package struct DenialCoalescer: Sendable {
  /// Ten a second in the long run, some six kilobytes; two hundred at once, so that a person who
  /// looks for a mistake finds each attempt.
  static let rate = CallRate(nanosecondsBetween: 100_000_000, burst: 200)

  private struct Kind: Hashable {
    let callerID: String
    let authentication: CallerAuthentication
    let organization: String
    let reason: String

    init(_ denial: Denial) {
      callerID = denial.origin.callerID
      authentication = denial.origin.authentication
      organization = denial.organization
      reason = denial.reason
    }
  }

  private struct Flow {
    /// See ``CallRate/judge(at:state:)``.
    var state = Int64.min
    var held: CoalescedDenials?
  }

  private var flows: [Kind: Flow] = [:]

  package init() {}

  /// Whether a denial is to be recorded by itself; if not, it is held.
  package mutating func admits(_ denial: Denial, at now: Int64) -> Bool {
    let kind = Kind(denial)
    var flow = flows.removeValue(forKey: kind) ?? Flow()
    defer { flows[kind] = flow }
    // A clock that was put back holds nobody for longer than a flood would.
    flow.state = Self.rate.takeOver(flow.state, at: now * 1000)
    if case .admitted(let next) = Self.rate.judge(at: now * 1000, state: flow.state) {
      flow.state = next
      return true
    }
    if flow.held == nil {
      flow.held = CoalescedDenials(denial, at: now)
    } else {
      flow.held?.add(denial, at: now)
    }
    return false
  }

  /// What has been held until now, and forgets kinds that have not come for a while.
  package mutating func release(at now: Int64) -> [CoalescedDenials] {
    let held = flows.values.compactMap(\.held)
    flows = flows.filter { $0.value.state > now * 1000 }.mapValues { Flow(state: $0.state) }
    return held
  }
}
