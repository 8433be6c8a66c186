/// Keeps a flood of refused calls from filling the journal, which takes no creation when it is full:
/// so many denials of each caller are recorded one by one, and those beyond are counted.
///
/// Denials of one kind have caller, organization and reason in common; the first kinds of a caller
/// are counted apart, all others together. So the records that one caller can cause are bounded,
/// whatever it asks for: in the long run by ``recordsPerMinute``. Callers are those of the policy
/// document, and all who are none of them together.
///
/// Times are microseconds of the Unix epoch.
package struct DenialCoalescer: Sendable {
  /// Of one kind ten a minute one by one, and two hundred at once, so that a person who looks for a
  /// mistake finds each attempt.
  private static let kindRate = CallRate(nanosecondsBetween: 6_000_000_000, burst: 200)
  /// Of one caller thirty a minute one by one, and a thousand at once.
  private static let callerRate = CallRate(nanosecondsBetween: 2_000_000_000, burst: 1000)
  /// Kinds of one caller that are counted apart.
  private static let kindLimit = 16
  /// How long denials are held that are counted together: twice as long each time while they come.
  private static let shortestHold: Int64 = 1_000_000
  private static let longestHold: Int64 = 60_000_000

  /// What one caller can cause in a minute when the calls at once are used up: thirty one by one, and
  /// those that count the others of each kind.
  package static let recordsPerMinute = 30 + kindLimit + 1

  private struct CallerKey: Hashable {
    let id: String
    let authentication: CallerAuthentication
  }

  private struct Kind: Hashable {
    /// `nil`: all kinds that are not counted apart.
    let name: Name?

    struct Name: Hashable {
      let organization: String
      let reason: String
    }
  }

  private struct Flow {
    /// See ``CallRate/judge(at:state:)``.
    var state = Int64.min
    var held: CoalescedDenials?
    /// When what is held is to be recorded.
    var due: Int64 = 0
    var hold = DenialCoalescer.shortestHold
    /// When the last of it came.
    var last: Int64 = 0

    /// Whether nothing is known any more that counts for a next denial.
    func isOver(at now: Int64) -> Bool {
      held == nil && state <= now * 1000
        && !(now - DenialCoalescer.longestHold...now).contains(last)
    }

    mutating func hold(_ denial: Denial, at now: Int64) {
      guard held == nil else {
        held?.add(denial, at: now)
        return
      }
      held = CoalescedDenials(denial, at: now)
      due = now + hold
      hold = min(hold * 2, DenialCoalescer.longestHold)
    }

    /// A clock that was put back holds nobody for longer than a flood would.
    func isDue(at now: Int64) -> Bool {
      due <= now || due > now + DenialCoalescer.longestHold
    }
  }

  private struct Caller {
    var state = Int64.min
    var flows: [Kind: Flow] = [:]

    func kind(of denial: Denial) -> Kind {
      let kind = Kind(
        name: Kind.Name(organization: denial.organization, reason: denial.reason))
      return flows[kind] != nil || flows.count < DenialCoalescer.kindLimit ? kind : Kind(name: nil)
    }
  }

  private var callers: [CallerKey: Caller] = [:]

  package init() {}

  /// Whether nothing is held, and nobody is known who has to be forgotten some day.
  package var isEmpty: Bool { callers.isEmpty }

  /// Whether a denial is to be recorded by itself; if not, it is held.
  package mutating func admits(_ denial: Denial, at now: Int64) -> Bool {
    let key = CallerKey(id: denial.origin.callerID, authentication: denial.origin.authentication)
    var caller = callers.removeValue(forKey: key) ?? Caller()
    defer { callers[key] = caller }
    let kind = caller.kind(of: denial)
    var flow = caller.flows.removeValue(forKey: kind) ?? Flow()
    defer { caller.flows[kind] = flow }
    flow.last = now
    let time = now * 1000
    flow.state = Self.kindRate.takeOver(flow.state, at: time)
    caller.state = Self.callerRate.takeOver(caller.state, at: time)
    guard case .admitted(let nextOfKind) = Self.kindRate.judge(at: time, state: flow.state),
      case .admitted(let nextOfCaller) = Self.callerRate.judge(at: time, state: caller.state)
    else {
      flow.hold(denial, at: now)
      return false
    }
    flow.state = nextOfKind
    caller.state = nextOfCaller
    return true
  }

  /// What has been held long enough, and forgets callers and kinds that have not come for a while.
  ///
  /// - Parameter isLast: releases all that is held, and forgets everybody.
  package mutating func release(at now: Int64, isLast: Bool = false) -> [CoalescedDenials] {
    var released: [CoalescedDenials] = []
    for (key, var caller) in callers {
      for (kind, var flow) in caller.flows {
        if let held = flow.held, isLast || flow.isDue(at: now) {
          released.append(held)
          flow.held = nil
        }
        caller.flows[kind] = flow.isOver(at: now) ? nil : flow
      }
      let isForgotten = isLast || caller.flows.isEmpty && caller.state <= now * 1000
      callers[key] = isForgotten ? nil : caller
    }
    return released
  }
}
