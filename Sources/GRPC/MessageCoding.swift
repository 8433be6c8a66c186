import NIOCore

/// How the messages of one call get from bytes to values and back.
struct MessageCoding: Sendable {
  /// The longest message received, in bytes of its uncompressed form.
  let maximumReceiveMessageLength: Int
  /// The longest message sent, in bytes of its uncompressed form.
  let maximumSendMessageLength: Int
  /// Whether messages sent are compressed where nothing else is said and the peer accepts it.
  let compressesByDefault: Bool

  /// - Throws: what the decoder's error means, see `Message`; INTERNAL or RESOURCE_EXHAUSTED for a
  ///   compressed message that is broken or too long.
  func decode<M: DecodableMessage>(_ message: FramedMessage) throws(RPCError) -> M {
    guard message.isCompressed else { return try M.decode(message.payload) }
    if let original = message.original { return try M.decode(original) }
    return try M.decode(Gzip.inflate(message.payload, limit: maximumReceiveMessageLength))
  }

  /// The message with its prefix.
  ///
  /// - Throws: RESOURCE_EXHAUSTED for a message above the limit; what the encoder's error means.
  func encode(
    _ message: some EncodableMessage, compressed: Bool = false
  ) throws(RPCError) -> ByteBuffer {
    try message.framed(limit: maximumSendMessageLength, compressed: compressed)
  }
}
