/// The trace that a call is a part of, as its caller tells it. What is not exactly as specified does
/// not count, and the call is served without it.
package struct TraceContext: Sendable, Hashable {
  /// 16 bytes, never all zero.
  package let traceID: TraceID
  /// The caller's span: 8 bytes, never zero.
  package let parentID: UInt64
  /// Whether the caller records its part.
  package let isSampled: Bool

  private static let version00Length = 55
  private static let grpcTraceLength = 29

  init?(traceID: TraceID, parentID: UInt64, isSampled: Bool) {
    guard traceID != TraceID(high: 0, low: 0), parentID != 0 else { return nil }
    self.traceID = traceID
    self.parentID = parentID
    self.isSampled = isSampled
  }

  /// The context of a request: `traceparent`, else `grpc-trace-bin`, which older clients of gRPC
  /// send (gRFC A72). A field that comes twice says nothing.
  package init?(_ metadata: Metadata) {
    if metadata.firstBytes(forKey: "traceparent") != nil {
      let values = metadata[stringValues: "traceparent"]
      guard values.count == 1 else { return nil }
      self.init(traceparent: values[0])
    } else if metadata.firstBytes(forKey: "grpc-trace-bin") != nil {
      let values = metadata[binaryValues: "grpc-trace-bin"]
      guard values.count == 1 else { return nil }
      self.init(grpcTrace: values[0])
    } else {
      return nil
    }
  }

  /// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01` (W3C Trace Context, section 3.2). Of
  /// a later version the same fields are read, whatever may follow behind another dash.
  init?(traceparent: String) {
    let text = Array(traceparent.utf8)
    guard text.count >= Self.version00Length, let version = Self.number(text[0..<2]),
      version != 0xff, version != 0 || text.count == Self.version00Length,
      text.count == Self.version00Length || text[55] == UInt8(ascii: "-"),
      [2, 35, 52].allSatisfy({ text[$0] == UInt8(ascii: "-") }),
      let high = Self.number(text[3..<19]), let low = Self.number(text[19..<35]),
      let parentID = Self.number(text[36..<52]), let flags = Self.number(text[53..<55])
    else { return nil }
    self.init(
      traceID: TraceID(high: high, low: low), parentID: parentID, isSampled: flags & 1 == 1)
  }

  /// Version 0, then field 0 with the trace, field 1 with the span and field 2 with the options
  /// (the binary format of OpenCensus).
  init?(grpcTrace bytes: [UInt8]) {
    guard bytes.count == Self.grpcTraceLength, bytes[0] == 0, bytes[1] == 0, bytes[18] == 1,
      bytes[27] == 2
    else { return nil }
    func number(_ slice: ArraySlice<UInt8>) -> UInt64 { slice.reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(
      traceID: TraceID(high: number(bytes[2..<10]), low: number(bytes[10..<18])),
      parentID: number(bytes[19..<27]), isSampled: bytes[28] & 1 == 1)
  }

  /// Digits of the hexadecimal system, lower-case alone, at most 16 of them.
  private static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte & 0xf)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte & 0xf + 9)
      default: return nil
      }
    }
    return number
  }
}

/// 128 bits; printed in 32 digits of the hexadecimal system.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package var description: String { high.hexadecimal + low.hexadecimal }
}

extension UInt64 {
  /// 16 digits.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
