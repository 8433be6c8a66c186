/// A point in time as the API gives it: seconds of the Unix epoch with a fraction.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var seconds: Int64
  /// 0 ..< 1_000_000_000
  package var nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  package static func < (a: Timestamp, b: Timestamp) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }
}

extension Timestamp {
  /// The day in UTC, as ISO 8601 writes it. By Howard Hinnant's "chrono-Compatible Low-Level Date
  /// Algorithms" (`civil_from_days`), for times from 1970 on.
  var date: String {
    let shifted = Int(max(seconds, 0) / 86_400) + 719_468
    let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}

/// `UserStatus` of the API. A status that the API adds later reads as `unknown`.
package enum UserStatus: String, CaseIterable, Sendable {
  case unconfirmed = "UNCONFIRMED"
  case confirmed = "CONFIRMED"
  case archived = "ARCHIVED"
  case compromised = "COMPROMISED"
  case unknown = "UNKNOWN"
  case resetRequired = "RESET_REQUIRED"
  case forceChangePassword = "FORCE_CHANGE_PASSWORD"
  case externalProvider = "EXTERNAL_PROVIDER"
}

/// `MFAOptionType` of the API. The medium is the upstream's own text.
package struct MFAOption: Hashable, Sendable {
  package var deliveryMedium: String
  package var attributeName: String

  package init(deliveryMedium: String, attributeName: String) {
    self.deliveryMedium = deliveryMedium
    self.attributeName = attributeName
  }
}

/// A user as the directory has it.
package struct User: Equatable, Sendable {
  package var username: String
  package var attributes: [UserAttribute]
  package var createTime: Timestamp?
  package var lastModifiedTime: Timestamp?
  package var enabled: Bool
  /// `nil` where the directory did not say.
  package var status: UserStatus?
  package var mfaOptions: [MFAOption]
  package var pool: UserPool

  package init(
    username: String,
    attributes: [UserAttribute] = [],
    createTime: Timestamp? = nil,
    lastModifiedTime: Timestamp? = nil,
    enabled: Bool = true,
    status: UserStatus? = nil,
    mfaOptions: [MFAOption] = [],
    pool: UserPool
  ) {
    self.username = username
    self.attributes = attributes
    self.createTime = createTime
    self.lastModifiedTime = lastModifiedTime
    self.enabled = enabled
    self.status = status
    self.mfaOptions = mfaOptions
    self.pool = pool
  }

  /// The user's immutable id, which CloudTrail records in the place of the name; empty when the
  /// directory did not say.
  package var sub: String {
    attributes.first { $0.name == "sub" }?.value ?? ""
  }
}

/// What became of the invitation. Cognito creates the user even when it cannot deliver the message:
/// that is a created user with a failed invitation, not an error.
package struct Invitation: Equatable, Sendable {
  package enum State: String, Sendable {
    case sent, suppressed, failed, resent
  }

  package var state: State
  package var mediums: [DeliveryMedium]
  /// Why the message failed: the upstream's error type, never its text.
  package var failureReason: String?

  package init(state: State, mediums: [DeliveryMedium], failureReason: String? = nil) {
    self.state = state
    self.mediums = mediums
    self.failureReason = failureReason
  }
}
