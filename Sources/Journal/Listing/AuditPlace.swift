/// Where a record stands in a listing: by its time, and of one time by its number.
struct AuditPlace: Equatable, Comparable, Sendable {
  /// Microseconds of the Unix epoch.
  let time: Int64
  let sequence: Int64

  /// Behind every record.
  static let newest = AuditPlace(time: .max, sequence: .max)

  static func < (a: AuditPlace, b: AuditPlace) -> Bool {
    (a.time, a.sequence) < (b.time, b.sequence)
  }
}
