import NIOCore

/// How the messages of one call get from bytes to values and back.
struct MessageCoding: Sendable {
  /// The longest message sent, in bytes.
  let maximumSendMessageLength: Int

  /// - Throws: what the decoder's error means, see `Message`.
  func decode<M: Message>(_ message: FramedMessage) throws(RPCError) -> M {
    try M.decode(message.payload)
  }

  /// The message with its prefix.
  ///
  /// - Throws: RESOURCE_EXHAUSTED for a message above the limit; what the encoder's error means.
  func encode(_ message: some Message) throws(RPCError) -> ByteBuffer {
    try message.framed(limit: maximumSendMessageLength)
  }
}
