import Journal

extension JournalMaintenance.Settings {
  /// A quarter of a year: what a key that was stolen tells of ends there.
  private static let defaultKeyAge = 90
  /// A day more than a creation answers for its request id, and than the databases ask for.
  private static let leastRetention = 8
  /// A century.
  private static let longestDays = 36_500

  init(_ reader: SettingReader) throws(ConfigurationError) {
    let keyAge = try reader.one(
      .journalKeyAge, accepted: "days, 1 to \(Self.longestDays), or never"
    ) { Age($0, from: 1, through: Self.longestDays) }
    let retention = try reader.one(
      .auditRetention,
      accepted: "days, \(Self.leastRetention) to \(Self.longestDays), or never"
    ) { Age($0, from: Self.leastRetention, through: Self.longestDays) }
    self.init(
      keyAge: (keyAge ?? .days(Self.defaultKeyAge)).duration, retention: retention?.duration)
  }
}

/// A number of days, or none.
private enum Age {
  case days(Int)
  case never

  init?(_ text: String, from least: Int, through most: Int) {
    if text == "never" {
      self = .never
      return
    }
    guard let days = Int(text), (least...most).contains(days) else { return nil }
    self = .days(days)
  }

  var duration: Duration? {
    switch self {
    case .days(let days): .seconds(days * 24 * 3600)
    case .never: nil
    }
  }
}
