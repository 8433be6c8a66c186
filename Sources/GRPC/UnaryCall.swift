/// A call whose one message is here.
package struct UnaryCall: Sendable {
  package let context: ServerContext
  let message: FramedMessage
  let coding: MessageCoding

  /// Whether the message came compressed.
  package var isCompressed: Bool { message.isCompressed }

  /// - Throws: what the decoder's error means, see `Message`; INTERNAL or RESOURCE_EXHAUSTED for a
  ///   compressed message that is broken or too long.
  package func decode<Input: DecodableMessage>() throws(RPCError) -> Input {
    try coding.decode(message)
  }

  /// What gives the answer.
  package var reply: UnaryReply { UnaryReply(context: context, coding: coding) }
}

/// What is left of a call when its message has been decoded: whoever waits with it keeps none of the
/// bytes that came.
package struct UnaryReply: Sendable {
  let context: ServerContext
  let coding: MessageCoding

  /// - Throws: RESOURCE_EXHAUSTED for a message above the limit; what the encoder's error means.
  package func answer(
    _ message: some EncodableMessage, metadata: Metadata = Metadata(),
    trailingMetadata: Metadata = Metadata(), compressed: Bool? = nil
  ) throws(RPCError) -> CallAnswer {
    try coding.answer(
      message, metadata: metadata, trailingMetadata: trailingMetadata, compressed: compressed,
      to: context)
  }
}

/// What a handler comes to before it waits for anything.
package enum HandlerStep: Sendable {
  case answered(CallAnswer)
  /// The rest of the work, which runs as the task of the call. Concurrent, as closures are where
  /// nothing isolates them: another kind would be called through a thunk, with frames of its own.
  case waiting(@concurrent @Sendable () async throws -> CallAnswer)
}
