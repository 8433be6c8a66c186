import ArgumentParser
import Foundation
import Messages

/// A time: RFC 3339, or how long ago it was.
struct TimeArgument: ExpressibleByArgument {
  let timestamp: GoogleProtobuf.Timestamp

  private static let units: [Character: Double] = [
    "s": 1, "m": 60, "h": 3600, "d": 86_400,
  ]
  /// Some three hundred years: longer ago there is no trail.
  private static let longestAgo = 1e10

  init?(argument: String) {
    self.init(argument, now: Date())
  }

  init?(_ text: String, now: Date) {
    guard let date = Self.date(text) ?? Self.ago(text).map({ now.addingTimeInterval(-$0) }) else {
      return nil
    }
    let seconds = date.timeIntervalSince1970
    let whole = seconds.rounded(.down)
    timestamp = GoogleProtobuf.Timestamp(
      seconds: Int64(whole), nanos: Int32(((seconds - whole) * 1e6).rounded()) * 1000)
  }

  private static func date(_ text: String) -> Date? {
    [true, false].lazy.compactMap { fraction in
      try? Date.ISO8601FormatStyle(includingFractionalSeconds: fraction).parse(text)
    }.first
  }

  private static func ago(_ text: String) -> TimeInterval? {
    guard let unit = text.last.flatMap({ units[$0] }), let number = UInt32(text.dropLast()),
      Double(number) * unit <= longestAgo
    else { return nil }
    return Double(number) * unit
  }
}
