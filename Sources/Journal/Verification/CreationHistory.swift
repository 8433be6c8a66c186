import Provisioning

/// The life of one creation as its records tell it, held against the state machine. The letters are
/// those of the invariants in the message of a problem: I1 every send has an intent, I2 every success
/// a record, I5 a further attempt only after one that is over, I7 what is settled stays so, I10 the
/// creation is what its records come to.
struct CreationHistory {
  /// What the row of a creation says.
  struct Row: Equatable, Sendable {
    var state: String
    var attempt: Int64
    var fence: Int64
  }

  /// `nil` before the first record.
  private(set) var state: CreationState?
  private var attempt = 0
  private var fence = 0
  /// Whether an invitation is sent again; `nil` while the records do not tell. Its outcome in doubt
  /// is not looked into: it counts as failed, and may be repeated.
  private var isResend: Bool?

  /// Whether the first records of the creation are gone by their age: nothing is held against them.
  private var isCut = false
  private let mayBeCut: Bool

  /// - Parameter mayBeCut: whether old records of the journal have lost their bodies.
  init(mayBeCut: Bool = false) {
    self.mayBeCut = mayBeCut
  }

  /// - Returns: what is wrong with the next record; `nil` when nothing is.
  mutating func add(_ event: AuditEvent) -> String? {
    if mayBeCut, state == nil, event.kind != .intended || event.attempt != 1 { isCut = true }
    guard !isCut else { return nil }
    // It takes what was sealed, and changes nothing of what the creation came to.
    if event.kind == .erased { return state == nil ? "I7: erased before there was one" : nil }
    guard let attempt = event.attempt, let fence = event.fence else {
      return "a record of a creation without attempt and fence"
    }
    defer { (self.attempt, self.fence) = (attempt, max(fence, self.fence)) }
    if event.kind == .intended { return begin(attempt, fence) }
    guard attempt == self.attempt, fence >= self.fence else {
      return "I1: \(event.kind) of attempt \(attempt) under fence \(fence), which has no intent"
    }
    return switch event.kind {
    case .created: answered(.succeeded, fence, isResend: false)
    case .resent: answered(.succeeded, fence, isResend: true)
    case .failed: answered(.failed, fence, isResend: isResend)
    case .inDoubt: inDoubt(fence)
    case .reconciledCreated: decided(.reconciledCreated)
    case .reconciledAbsent: decided(.reconciledAbsent)
    case .existsForeign: decided(.existsForeign)
    case .operatorResolved: decided(.operatorResolved)
    case .unresolved: state == .unknown ? decided(.unresolved) : misplaced(.unresolved)
    case .intended, .denied, .started, .stopped, .auditQueried, .auditTailed, .auditExported,
      .policyChanged, .keysRotated, .keysDestroyed, .erased, .recordsExpired, .backedUp:
      "\(event.kind) is no record of a creation"
    }
  }

  private mutating func begin(_ attempt: Int, _ fence: Int) -> String? {
    defer { state = .intent }
    guard let state else {
      return attempt == 1 ? nil : "I5: the first record is of attempt \(attempt)"
    }
    if state == .unknown, isResend != false {
      isResend = true
    } else {
      guard state == .failed || state == .reconciledAbsent else {
        return "I5: attempt \(attempt) after \(state.rawValue)"
      }
    }
    guard attempt == self.attempt + 1, fence > self.fence else {
      return "I5: attempt \(attempt) under fence \(fence) after attempt \(self.attempt) under "
        + "fence \(self.fence)"
    }
    return nil
  }

  private mutating func answered(
    _ next: CreationState, _ fence: Int, isResend: Bool?
  ) -> String? {
    guard state == .intent, fence == self.fence else { return misplaced(next) }
    guard self.isResend == nil || self.isResend == isResend else {
      return "I5: an attempt after one in doubt"
    }
    self.isResend = isResend
    state = next
    return nil
  }

  /// The holder's own word, or that of whoever took the lease when it ended.
  private mutating func inDoubt(_ fence: Int) -> String? {
    guard state == .intent, fence - self.fence <= 1 else { return misplaced(.unknown) }
    state = .unknown
    return nil
  }

  private mutating func decided(_ next: CreationState) -> String? {
    guard state == .unknown || state == .unresolved, isResend != true else {
      return misplaced(next)
    }
    isResend = false
    state = next
    return nil
  }

  private func misplaced(_ next: CreationState) -> String {
    "I7: \(next.rawValue) after \(state?.rawValue ?? "nothing")"
  }

  /// - Parameter row: `nil` where there is none: a settled creation is removed some day.
  /// - Returns: how it differs from what the records come to.
  func problem(with row: Row?) -> String? {
    guard !isCut else { return nil }
    guard let state else {
      return mayBeCut ? nil : row.map { "I10: \($0.state) without a record" }
    }
    var expected: [CreationState] = [state]
    if state == .unknown, isResend != false {
      expected = isResend == true ? [.failed] : [.unknown, .failed]
    }
    guard let row else {
      return expected.contains(where: \.isSettled)
        ? nil : "I10: its records come to \(state.rawValue), and it is not there"
    }
    guard expected.contains(where: { $0.rawValue == row.state }), row.attempt == attempt,
      row.fence >= fence
    else {
      return "I10: \(row.state), attempt \(row.attempt), fence \(row.fence); its records come to "
        + "\(state.rawValue), attempt \(attempt), fence \(fence)"
    }
    return nil
  }
}
