import HTTP2
import NIOCore

/// One message as it arrived: the flag of its prefix and its bytes.
struct FramedMessage: Equatable {
  let isCompressed: Bool
  let payload: ByteBuffer
  /// What compressed bytes were made of, where that is known already.
  var original: ByteBuffer?
}

extension HTTP2Stream {
  /// Counts a message by the bytes of its payload.
  func count(received message: FramedMessage) {
    countMessageReceived(
      byteCount: message.payload.readableBytes, isCompressed: message.isCompressed)
  }

  /// The same for one with its prefix.
  func count(sent message: ByteBuffer) {
    let flag = message.getInteger(at: message.readerIndex, as: UInt8.self)
    countMessageSent(
      byteCount: message.readableBytes - MessageFraming.prefixLength, isCompressed: flag == 1)
  }
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

  /// A message with its prefix, compressed by gzip.
  ///
  /// - Throws: RESOURCE_EXHAUSTED where `bytes` is longer than `limit` before compression.
  static func compressedFrame(
    _ bytes: Span<UInt8>, limit: Int
  ) throws(RPCError) -> ByteBuffer {
    guard bytes.count <= limit else { throw tooLong(bytes.count, limit: limit) }
    var buffer = ByteBuffer()
    buffer.writeInteger(UInt8(1))
    buffer.writeInteger(UInt32(0))
    try Gzip.compress(bytes, into: &buffer)
    let length = buffer.readableBytes - prefixLength
    guard let length = UInt32(exactly: length) else { throw tooLong(length, limit: limit) }
    buffer.setInteger(length, at: buffer.readerIndex + 1)
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
  /// Whether the peer named an encoding that messages may be compressed with.
  var admitsCompression: Bool
  private var buffer = ByteBuffer()

  init(limit: Int, admitsCompression: Bool = false) {
    self.limit = limit
    self.admitsCompression = admitsCompression
  }

  /// Bytes held: of an unfinished message, or of messages that were not asked for yet.
  var byteCount: Int { buffer.readableBytes }

  /// Whether no byte is held.
  var isEmpty: Bool { byteCount == 0 }

  /// Whether `next()` gives a message or throws.
  var isReady: Bool {
    if case .incomplete = inspect() { false } else { true }
  }

  mutating func append(_ bytes: ByteBuffer) {
    if isEmpty {
      buffer = bytes
    } else {
      // Without this a buffer that is never empty at the right moment would grow for ever.
      if buffer.readerIndex > buffer.readableBytes { buffer.discardReadBytes() }
      buffer.writeImmutableBuffer(bytes)
    }
  }

  /// The next whole message, nil where more bytes are needed.
  ///
  /// - Throws: INTERNAL for a flag other than 0 and 1, or a compressed message without an encoding
  ///   (compression.md); RESOURCE_EXHAUSTED as soon as the prefix
  ///   announces more than the limit. The stream cannot be cut further after an error.
  mutating func next() throws(RPCError) -> FramedMessage? {
    switch inspect() {
    case .incomplete:
      return nil
    case .broken(let error):
      throw error
    case .whole(let isCompressed, let length):
      buffer.moveReaderIndex(forwardBy: MessageFraming.prefixLength)
      guard let payload = buffer.readSlice(length: length) else { return nil }
      if isEmpty { buffer = ByteBuffer() }
      return FramedMessage(isCompressed: isCompressed, payload: payload)
    }
  }

  /// What stands at the front of the bytes.
  private enum Front {
    case incomplete
    case whole(isCompressed: Bool, length: Int)
    case broken(RPCError)
  }

  private func inspect() -> Front {
    let start = buffer.readerIndex
    guard let flag = buffer.getInteger(at: start, as: UInt8.self) else { return .incomplete }
    guard flag <= 1 else { return .broken(Self.badFlag) }
    guard flag == 0 || admitsCompression else { return .broken(Self.unexpectedCompression) }
    guard let length = buffer.getInteger(at: start + 1, as: UInt32.self) else {
      return .incomplete
    }
    guard length <= limit else {
      return .broken(MessageFraming.tooLong(Int(length), limit: limit))
    }
    guard buffer.readableBytes >= MessageFraming.prefixLength + Int(length) else {
      return .incomplete
    }
    return .whole(isCompressed: flag == 1, length: Int(length))
  }

  private static let badFlag = RPCError(
    code: .internalError, message: "The message's flag byte is neither 0 nor 1.")
  static let unexpectedCompression = RPCError(
    code: .internalError,
    message: "The message is marked as compressed, but its sender named no encoding.")
}
