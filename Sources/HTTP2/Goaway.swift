import NIOCore

/// A GOAWAY frame written by hand (RFC 9113 §6.8), for where the library must not be asked or would
/// draw its own conclusions.
struct Goaway {
  /// "All that you may open", the first of the two GOAWAYs of a graceful end.
  static let highestStream = Int32.max
  private static let frameType: UInt8 = 0x7

  var lastStream: Int32
  var code: HTTP2ErrorCode
  var debugData: String

  func write(to buffer: inout ByteBuffer) {
    let length = UInt32(8 + debugData.utf8.count)
    buffer.writeInteger(length << 8 | UInt32(Self.frameType))
    buffer.writeInteger(UInt8(0))
    buffer.writeInteger(UInt32(0))
    buffer.writeInteger(lastStream)
    buffer.writeInteger(code.rawValue)
    buffer.writeString(debugData)
  }
}
