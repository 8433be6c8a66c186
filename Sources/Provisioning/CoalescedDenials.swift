/// Denials that are alike, counted together.
package struct CoalescedDenials: Equatable, Sendable {
  /// In the place of the reason where the reasons differ.
  package static let variousReasons = "VARIOUS"

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
    if denial.organization != other.organization { denial.organization = "" }
    if denial.reason != other.reason { denial.reason = Self.variousReasons }
    if denial.fields != other.fields { denial.fields = [] }
    if denial.requestID != other.requestID { denial.requestID = "" }
    if denial.origin.peer != other.origin.peer { denial.origin.peer = "" }
    if denial.origin.onBehalfOf != other.origin.onBehalfOf { denial.origin.onBehalfOf = nil }
  }
}
