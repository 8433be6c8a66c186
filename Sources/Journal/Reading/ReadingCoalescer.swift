import Provisioning

/// Readings that are alike, counted together.
struct CoalescedReadings: Equatable, Sendable {
  /// What all of them have in common, and every condition that one of them had.
  private(set) var reading: AuditReading
  private(set) var count: Int64 = 1
  /// When the first and the last of them came: microseconds of the Unix epoch.
  private(set) var first: Int64
  private(set) var last: Int64

  init(_ reading: AuditReading, at now: Int64) {
    self.reading = reading
    (first, last) = (now, now)
  }

  mutating func add(_ other: AuditReading, at now: Int64) {
    count += 1
    last = max(last, now)
    reading.policyDigest = other.policyDigest
    reading.fields = Set(reading.fields).union(other.fields).sorted()
    if reading.origin.peer != other.origin.peer { reading.origin.peer = "" }
    if reading.origin.onBehalfOf != other.origin.onBehalfOf { reading.origin.onBehalfOf = nil }
  }
}

/// Keeps readers that ask again and again from filling the trail that they read: the first reading
/// of a kind (reader, what was done, organization) is recorded at once, those of the minute after it
/// in one record. Kinds are made of names of the policy document, so that there are not too many.
///
/// Times are microseconds of the Unix epoch.
struct ReadingCoalescer: Sendable {
  /// A minute.
  static let window: Int64 = 60_000_000

  private struct Kind: Hashable {
    let what: AuditReading.Kind
    let callerID: String
    let authentication: CallerAuthentication
    let organization: String

    init(_ reading: AuditReading) {
      what = reading.kind
      callerID = reading.origin.callerID
      authentication = reading.origin.authentication
      organization = reading.organization
    }
  }

  private struct Window {
    let start: Int64
    var held: CoalescedReadings?
  }

  private var windows: [Kind: Window] = [:]

  /// Whether something is held, or a window is open that has to be closed some day.
  var isEmpty: Bool { windows.isEmpty }

  /// Whether a reading is to be recorded by itself; if not, it is held.
  mutating func admits(_ reading: AuditReading, at now: Int64) -> Bool {
    let kind = Kind(reading)
    guard var window = windows[kind] else {
      windows[kind] = Window(start: now)
      return true
    }
    if window.held == nil {
      window.held = CoalescedReadings(reading, at: now)
    } else {
      window.held?.add(reading, at: now)
    }
    windows[kind] = window
    return false
  }

  /// What was held in windows that are over. A reader who went on reading begins another window, in
  /// which all is held; one who stopped is forgotten. A clock that was put back ends every window.
  ///
  /// - Parameter isLast: ends every window and begins none.
  mutating func release(at now: Int64, isLast: Bool = false) -> [CoalescedReadings] {
    let over = windows.filter {
      isLast || now - $0.value.start >= Self.window || now < $0.value.start
    }
    for (kind, window) in over {
      windows[kind] = isLast || window.held == nil ? nil : Window(start: now)
    }
    return over.values.compactMap(\.held).sorted { $0.last < $1.last }
  }
}
