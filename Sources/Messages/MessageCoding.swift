/// A message of the contract as a value. Any two messages with the same fields are equal.
///
/// A message holds users' data, so it does not print or reflect its fields.
package protocol ProtobufMessage: Equatable, Sendable, CustomDebugStringConvertible,
  CustomReflectable
{
  /// How values of this type get to bytes and back.
  static var coding: MessageCoding<Self> { get }
}

extension ProtobufMessage {
  /// Reads a serialized message. Unknown fields are ignored, as the protobuf specification asks.
  package init(serializedBytes bytes: Span<UInt8>) throws(MessageError) {
    let received = try Self.coding.decode(bytes)
    guard received.invalidTexts.isEmpty else { throw .invalidText(fields: received.invalidTexts) }
    self = received.content
  }

  /// Serializes this message and lends its bytes to `body`, whose errors are thrown on.
  package func withSerializedBytes<Result>(
    _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    let build = unsafe Self.coding.build
    return try unsafe ProtobufC.withPacked({ arena in unsafe build(self, &arena) }, body)
  }

  /// The serialized message, copied.
  package func serialized() -> [UInt8] {
    let build = unsafe Self.coding.build
    return unsafe ProtobufC.withPacked(
      { arena in unsafe build(self, &arena) },
      { bytes in unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } })
  }

  package var debugDescription: String { String(describing: Self.self) }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A message with the paths of its texts that are none; those read as empty. For those who say what
/// is wrong with a message when they have looked who sent it.
package struct ReceivedMessage<Content: ProtobufMessage>: Sendable {
  package let content: Content
  /// See ``MessageError/invalidText(fields:)``.
  package let invalidTexts: [String]

  init(_ content: Content, invalidTexts: [String]) {
    self.content = content
    self.invalidTexts = invalidTexts
  }

  /// - Throws: ``MessageError/malformed`` or ``MessageError/tooComplex``.
  package init(serializedBytes bytes: Span<UInt8>) throws(MessageError) {
    self = try Content.coding.decode(bytes)
  }
}

/// The way of one message type to bytes and back. Opaque outside of this room.
@safe package struct MessageCoding<Message: ProtobufMessage>: Sendable {
  let decode: @Sendable (Span<UInt8>) throws(MessageError) -> ReceivedMessage<Message>
  let build: @Sendable (borrowing Message, inout Arena) -> UnsafeRawPointer
}

/// A value that has a C struct of the generated messages.
protocol CRepresentable: Sendable {
  associatedtype CMessage

  /// Copies a C struct. Texts that are none are noted in `reader`.
  ///
  /// - Parameter path: where the message stands in the one that was received, with a full stop
  ///   behind it; empty for that one itself.
  init(_ source: UnsafePointer<CMessage>, _ reader: inout MessageReader, _ path: () -> String)

  /// Initializes a C struct with this value. What it points to is allocated in `arena`.
  func fill(_ target: UnsafeMutablePointer<CMessage>, _ arena: inout Arena)
}

extension MessageCoding where Message: CRepresentable {
  /// - Parameter unpack: the generated function of the message.
  init(unpack: @escaping ProtobufC.Unpack<Message.CMessage>) {
    decode = { bytes throws(MessageError) in
      try unsafe ProtobufC.withUnpacked(bytes, by: unpack) { message throws(MessageError) in
        var reader = MessageReader()
        let content = unsafe Message(message, &reader, { "" })
        return ReceivedMessage(content, invalidTexts: reader.invalidText)
      }
    }
    unsafe build = { message, arena in
      let target = unsafe arena.array(of: Message.CMessage.self, count: 1)
      unsafe message.fill(target, &arena)
      return UnsafeRawPointer(target)
    }
  }
}
