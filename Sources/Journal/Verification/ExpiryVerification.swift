import Provisioning

/// Holds the records without a body against what the trail says of them: retention removes bodies in
/// the order of the tree, and records how many are gone in all.
struct ExpiryVerification {
  /// The last place in the tree without a body.
  private var lastExpired: Int64?
  /// How many bodies the last record of a removal says are gone.
  private var recorded: Int64 = 0

  var hasExpired: Bool { lastExpired != nil }

  /// - Parameter event: of the record at this place; `nil` where its body is gone.
  mutating func add(_ event: AuditEvent?, at treeIndex: Int64) {
    guard let event else {
      lastExpired = treeIndex
      return
    }
    if event.kind == .recordsExpired, let count = event.count { recorded = count }
  }

  func finish() throws(JournalVerification.Finding) {
    guard let lastExpired, lastExpired >= recorded else { return }
    throw JournalVerification.Finding(
      entry: "record at index \(lastExpired)",
      problem: "its body is gone, and no record tells of that")
  }
}
