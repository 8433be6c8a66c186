import CConformanceMessages
import CProtobufC
import GRPC

/// A message that a peer sends.
protocol ReadableMessage: Sendable {
  init(bytes: Span<UInt8>) throws(MalformedMessage)
}

/// The bytes are no message of the type that was expected.
struct MalformedMessage: Error {}

/// A value that is copied out of a C struct of the generated messages.
protocol CReadable: Sendable {
  associatedtype CMessage

  init(_ message: CMessage)
}

extension CReadable {
  /// - Parameter unpack: the generated function that unpacks the C struct.
  init(
    _ bytes: Span<UInt8>,
    by unpack: (
      UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<CMessage>?
  ) throws(MalformedMessage) {
    let unpacked = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe unpack(nil, bytes.count, bytes.baseAddress)
    }
    guard let message = unsafe unpacked else { throw MalformedMessage() }
    unsafe self.init(message.pointee)
    unsafe protobuf_c_message_free_unpacked(
      UnsafeMutableRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self), nil)
  }

  /// A message field; nil where it is absent.
  init?(_ message: UnsafeMutablePointer<CMessage>?) {
    guard let message = unsafe message else { return nil }
    unsafe self.init(message.pointee)
  }

  /// A `repeated` message field.
  static func list(
    _ count: Int, _ messages: UnsafeMutablePointer<UnsafeMutablePointer<CMessage>?>?
  ) -> [Self] {
    unsafe UnsafeBufferPointer(start: messages, count: count).compactMap { unsafe Self($0) }
  }
}

extension [UInt8] {
  /// A `bytes` field.
  init(_ data: ProtobufCBinaryData) {
    self = unsafe Array(UnsafeBufferPointer(start: data.data, count: data.len))
  }
}

extension String {
  /// A `string` field.
  init(_ data: ProtobufCBinaryData) {
    self = unsafe String(decoding: [UInt8](data), as: UTF8.self)
  }
}

/// A request, with the bytes that it came in: the conformance suite wants them back.
struct Received<Fields: ReadableMessage>: Message {
  let fields: Fields
  let bytes: [UInt8]

  init(serializedBytes: Span<UInt8>) throws {
    fields = try Fields(bytes: serializedBytes)
    bytes = unsafe serializedBytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  func withSerializedBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
    try body(bytes.span)
  }
}
