/// The value of the `grpc-timeout` header: at most eight digits and a unit.
///
/// Source: gRPC over HTTP/2, "Requests": `Timeout → "grpc-timeout" TimeoutValue TimeoutUnit`.
enum Timeout {
  /// The protocol allows eight digits of ASCII.
  static let maximumDigits = 8

  /// A timeout above this (ten years) sets no timer: the event loop's clock counts nanoseconds in
  /// 64 bits, and no call lives that long.
  static let longestTimer: Duration = .seconds(10 * 365 * 24 * 3600)

  /// Reads a header value.
  ///
  /// - Returns: nil where the value is malformed: no digits, more than eight, a sign, a fraction,
  ///   a space, no unit or an unknown one. `0S` is well-formed and has expired at arrival.
  static func parse(_ text: ArraySlice<UInt8>) -> Duration? {
    var value: Int64 = 0
    var digits = 0
    var unit: UInt8?
    for byte in text {
      guard unit == nil else { return nil }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        guard digits <= maximumDigits else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      default:
        unit = byte
      }
    }
    guard digits > 0 else { return nil }
    switch unit {
    case UInt8(ascii: "H"): return .seconds(value * 3600)
    case UInt8(ascii: "M"): return .seconds(value * 60)
    case UInt8(ascii: "S"): return .seconds(value)
    case UInt8(ascii: "m"): return .milliseconds(value)
    case UInt8(ascii: "u"): return .microseconds(value)
    case UInt8(ascii: "n"): return .nanoseconds(value)
    default: return nil
    }
  }

  /// Writes a header value in the finest unit that fits eight digits, rounded up, so that the
  /// server never gives up before the client. Zero and less give `0n`; what exceeds eight digits
  /// of hours gives the longest timeout that the protocol can express.
  static func format(_ timeout: Duration) -> String {
    guard timeout > .zero else { return "0n" }
    let limit: Int128 = 100_000_000
    for (unit, attoseconds) in units {
      let value = (timeout.attoseconds + attoseconds - 1) / attoseconds
      if value < limit { return "\(value)\(unit)" }
    }
    return "\(limit - 1)H"
  }

  private static let units: [(Character, Int128)] = [
    ("n", 1_000_000_000), ("u", 1_000_000_000_000), ("m", 1_000_000_000_000_000),
    ("S", 1_000_000_000_000_000_000), ("M", 60_000_000_000_000_000_000),
    ("H", 3_600_000_000_000_000_000_000),
  ]
}
