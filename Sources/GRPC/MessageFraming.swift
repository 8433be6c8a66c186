import NIOCore

/// One message as it arrived: the flag of its prefix and its bytes.
struct FramedMessage: Equatable {
  let isCompressed: Bool
  let payload: ByteBuffer
}

/// The framing of messages: one byte of flag, four bytes of big-endian length, the bytes.
///
/// Source: gRPC over HTTP/2, "Length-Prefixed-Message".
enum MessageFraming {
  /// Flag and length.
  static let prefixLength = 5

  /// The longest message that is received or sent unless configured otherwise: 4 MiB, what the
  /// other implementations of gRPC allow, too.
  static let defaultMaximumMessageLength = 4 * 1024 * 1024

  /// A message with its prefix, uncompressed.
  ///
  /// - Throws: RESOURCE_EXHAUSTED where `bytes` is longer than `limit`.
  static func frame(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(RPCError) -> ByteBuffer {
    guard bytes.count <= limit, let length = UInt32(exactly: bytes.count) else {
      throw tooLong(bytes.count, limit: limit)
    }
    var buffer = ByteBufferAllocator().buffer(capacity: prefixLength + bytes.count)
    buffer.writeInteger(UInt8(0))
    buffer.writeInteger(length)
    unsafe buffer.writeBytes(bytes.bytes)
    return buffer
  }

  static func tooLong(_ length: Int, limit: Int) -> RPCError {
    RPCError(
      code: .resourceExhausted,
      message: "The message has \(length) bytes; at most \(limit) are accepted.")
  }
}

/// Cuts a stream of bytes, whose pieces have nothing to do with messages, into messages.
///
/// It holds at most one unfinished message besides the bytes of the last piece, and allocates for
/// what has arrived, not for what a prefix announces.
struct MessageDeframer {
  /// The longest payload accepted, in bytes.
  let limit: Int
  private var buffer = ByteBuffer()

  init(limit: Int) {
    self.limit = limit
  }

  /// Whether no byte of an unfinished message is held.
  var isEmpty: Bool { buffer.readableBytes == 0 }

  mutating func append(_ bytes: ByteBuffer) {
    if isEmpty {
      buffer = bytes
    } else {
      buffer.writeImmutableBuffer(bytes)
    }
  }

  /// The next whole message, nil where more bytes are needed.
  ///
  /// - Throws: INTERNAL for a flag other than 0 and 1; RESOURCE_EXHAUSTED as soon as the prefix
  ///   announces more than the limit. The stream cannot be cut further after an error.
  mutating func next() throws(RPCError) -> FramedMessage? {
    let start = buffer.readerIndex
    guard let flag = buffer.getInteger(at: start, as: UInt8.self) else { return nil }
    guard flag <= 1 else {
      throw RPCError(
        code: .internalError, message: "The message's flag byte is neither 0 nor 1.")
    }
    guard let length = buffer.getInteger(at: start + 1, as: UInt32.self) else { return nil }
    guard length <= limit else { throw MessageFraming.tooLong(Int(length), limit: limit) }
    let whole = MessageFraming.prefixLength + Int(length)
    guard buffer.readableBytes >= whole else { return nil }
    buffer.moveReaderIndex(forwardBy: MessageFraming.prefixLength)
    guard let payload = buffer.readSlice(length: Int(length)) else { return nil }
    if isEmpty { buffer = ByteBuffer() }
    return FramedMessage(isCompressed: flag == 1, payload: payload)
  }
}
