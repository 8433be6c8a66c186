import CConformanceMessages
import CProtobufC
import GRPC

/// A message that is sent to a peer.
protocol WritableMessage: Sendable {
  /// The serialized message.
  var bytes: [UInt8] { get }
}

/// A value that can be put into a C struct of the generated messages.
protocol CWritable: Sendable {
  associatedtype CMessage

  /// Initializes a C struct with this value. What it points to lives as long as `memory`.
  func fill(_ message: UnsafeMutablePointer<CMessage>, _ memory: CMemory)
}

extension CWritable {
  /// The serialized message.
  var packed: [UInt8] {
    let memory = CMemory()
    guard let message = unsafe memory.message(self) else { return [] }
    let plain = unsafe UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
    let count = unsafe protobuf_c_message_get_packed_size(plain)
    return withExtendedLifetime(memory) {
      unsafe Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
        unsafe initializedCount = protobuf_c_message_pack(plain, buffer.baseAddress)
      }
    }
  }
}

/// Memory for the C structs of one message, freed with it.
@safe final class CMemory {
  private var blocks = unsafe [UnsafeMutableRawPointer]()

  deinit {
    unsafe blocks.forEach { unsafe $0.deallocate() }
  }

  private func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
    let values = UnsafeMutablePointer<Value>.allocate(capacity: max(count, 1))
    unsafe blocks.append(UnsafeMutableRawPointer(values))
    return unsafe values
  }

  /// A `repeated` field of what is made of each value.
  func list<Value, Element>(
    _ values: [Value], _ make: (Value) -> Element
  ) -> UnsafeMutablePointer<Element> {
    let elements = unsafe allocate(Element.self, count: values.count)
    for (index, value) in values.enumerated() {
      unsafe (elements + index).initialize(to: make(value))
    }
    return unsafe elements
  }

  func data(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    unsafe ProtobufCBinaryData(len: bytes.count, data: list(bytes) { $0 })
  }

  func data(_ text: String) -> ProtobufCBinaryData {
    unsafe data(Array(text.utf8))
  }

  func message<Value: CWritable>(_ value: Value?) -> UnsafeMutablePointer<Value.CMessage>? {
    guard let value else { return nil }
    let message = unsafe allocate(Value.CMessage.self, count: 1)
    unsafe value.fill(message, self)
    return unsafe message
  }

  func messages<Value: CWritable>(
    _ values: [Value]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Value.CMessage>?> {
    unsafe list(values) { unsafe message($0) }
  }
}

/// A response. Nobody sends one to a server.
struct Sent<Fields: WritableMessage>: Message {
  let fields: Fields

  init(_ fields: Fields) {
    self.fields = fields
  }

  init(serializedBytes: Span<UInt8>) throws {
    throw MalformedMessage()
  }

  func withSerializedBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
    try body(fields.bytes.span)
  }
}
