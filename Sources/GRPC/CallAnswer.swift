import NIOCore

/// What a handler gave, ready to be sent.
package struct CallAnswer: Sendable {
  let metadata: Metadata
  let encoding: MessageEncoding
  /// The message with its prefix; nil where the handler has sent its messages itself.
  let message: ByteBuffer?
  let trailingMetadata: Metadata

  /// Nothing but the trailers is left to send.
  static func sent(_ trailingMetadata: Metadata) -> CallAnswer {
    CallAnswer(
      metadata: Metadata(), encoding: .identity, message: nil, trailingMetadata: trailingMetadata)
  }
}

extension MessageCoding {
  /// The answer with this message, compressed where that is wished and accepted.
  ///
  /// - Throws: as `encode`.
  func answer(
    _ message: some EncodableMessage, metadata: Metadata, trailingMetadata: Metadata,
    compressed: Bool?,
    to context: ServerContext
  ) throws(RPCError) -> CallAnswer {
    let compressed =
      (compressed ?? compressesByDefault) && MessageEncoding.isGzipAccepted(by: context.metadata)
    return CallAnswer(
      metadata: metadata, encoding: compressed ? .gzip : .identity,
      message: try encode(message, compressed: compressed), trailingMetadata: trailingMetadata)
  }
}
