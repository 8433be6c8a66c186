import NIOCore

/// HTTP/2 frames written and read by hand, so that the tests do not trust the library to judge
/// itself (RFC 9113 §4.1, §6).
enum Frames {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  static let endStream: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4
  static let padded: UInt8 = 0x8

  struct Frame: Equatable {
    let type: UInt8
    let flags: UInt8
    let stream: Int32
    let payload: [UInt8]
  }

  static func frame(type: UInt8, flags: UInt8, stream: Int32, _ payload: [UInt8]) -> [UInt8] {
    let count = payload.count
    return [UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff), type, flags]
      + bigEndian(UInt32(bitPattern: stream)) + payload
  }

  static func data(_ stream: Int32, _ payload: [UInt8], flags: UInt8 = 0) -> [UInt8] {
    frame(type: 0, flags: flags, stream: stream, payload)
  }

  static func headers(_ stream: Int32, _ block: [UInt8], endStream: Bool) -> [UInt8] {
    frame(type: 1, flags: endHeaders | (endStream ? self.endStream : 0), stream: stream, block)
  }

  static func reset(_ stream: Int32, _ code: UInt32) -> [UInt8] {
    frame(type: 3, flags: 0, stream: stream, bigEndian(code))
  }

  static func settings(_ entries: [(UInt16, UInt32)] = []) -> [UInt8] {
    frame(
      type: 4, flags: 0, stream: 0,
      entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xff)] + bigEndian($0.1) })
  }

  static let settingsAcknowledgement = frame(type: 4, flags: 1, stream: 0, [])

  static func ping(_ payload: [UInt8] = Array(repeating: 7, count: 8), flags: UInt8 = 0) -> [UInt8]
  {
    frame(type: 6, flags: flags, stream: 0, payload)
  }

  static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> [UInt8] {
    frame(type: 8, flags: 0, stream: stream, bigEndian(increment))
  }

  static func continuation(_ stream: Int32, _ block: [UInt8], isLast: Bool) -> [UInt8] {
    frame(type: 9, flags: isLast ? endHeaders : 0, stream: stream, block)
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 0xff) }
  }

  /// Splits output into frames; what is no whole frame is left out.
  static func parse(_ bytes: [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      guard rest.count >= 9 + count else { break }
      let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
      frames.append(
        Frame(
          type: head[3], flags: head[4], stream: Int32(stream),
          payload: Array(rest.dropFirst(9).prefix(count))))
      rest = rest.dropFirst(9 + count)
    }
    return frames
  }

  /// The debug data of a GOAWAY frame.
  static func goawayText(_ frame: Frame) -> String {
    String(decoding: frame.payload.dropFirst(8), as: UTF8.self)
  }

  /// The error code of a GOAWAY frame's payload.
  static func goawayCode(_ frame: Frame) -> UInt32? {
    guard frame.type == 7, frame.payload.count >= 8 else { return nil }
    return frame.payload[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  }
}

/// Header blocks without Huffman coding and without the dynamic table (RFC 7541 §6.2.2), which any
/// decoder takes.
enum HeaderBlock {
  static func encode(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0x00] + string($0.0) + string($0.1) }
  }

  static func request(path: String = "/a.B/C", _ more: [(String, String)] = []) -> [UInt8] {
    encode(
      [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost")]
        + more)
  }

  private static func string(_ text: String) -> [UInt8] {
    integer(text.utf8.count) + Array(text.utf8)
  }

  /// An integer with a prefix of seven bits (RFC 7541 §5.1).
  private static func integer(_ value: Int) -> [UInt8] {
    guard value >= 127 else { return [UInt8(value)] }
    var rest = value - 127
    var bytes: [UInt8] = [127]
    while rest >= 128 {
      bytes.append(UInt8(rest % 128 + 128))
      rest /= 128
    }
    return bytes + [UInt8(rest)]
  }
}
