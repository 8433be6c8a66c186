// The one file that imports the library. C structs live in an arena for the time of one closure.
import CMessages
private import CProtobufC

/// Wire format to C structs and back, by protobuf-c.
enum ProtobufC {
  /// The `…__unpack` function that the generator makes for a message.
  typealias Unpack<CMessage> =
    @Sendable (
      UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<CMessage>?

  /// How many bytes unpacking `byteCount` bytes may take. protobuf-c makes a struct of 56 bytes and
  /// more of an empty submessage of 2 bytes, with no limit of its own. A usual message stays below
  /// eight times its size; the 1 MiB lets small messages be as dense as they like.
  static func memoryBudget(forByteCount byteCount: Int) -> Int {
    1024 * 1024 + 8 * byteCount
  }

  /// An empty arena for the structs of a message of so many bytes.
  static func arena(forByteCount byteCount: Int) -> Arena {
    Arena(budget: memoryBudget(forByteCount: byteCount))
  }

  /// Unpacks `bytes` and lends the C struct to `body`.
  static func withUnpacked<CMessage, Value>(
    _ bytes: Span<UInt8>, by unpack: Unpack<CMessage>,
    _ body: (UnsafePointer<CMessage>) throws(MessageError) -> Value
  ) throws(MessageError) -> Value {
    var arena = arena(forByteCount: bytes.count)
    let message = try unsafe Self.unpack(bytes, by: unpack, in: &arena)
    // The arena must not end before the last use of what lies in it.
    return try withExtendedLifetime(arena) { () throws(MessageError) in
      try unsafe body(message)
    }
  }

  /// Unpacks `bytes` to a C struct that lives as long as the arena.
  static func unpack<CMessage>(
    _ bytes: Span<UInt8>, by unpack: Unpack<CMessage>, in arena: inout Arena
  ) throws(MessageError) -> UnsafePointer<CMessage> {
    let message = unsafe withUnsafeMutablePointer(to: &arena) { arena in
      var allocator = unsafe ProtobufCAllocator(
        alloc: { arena, byteCount in
          unsafe arena?.assumingMemoryBound(to: Arena.self).pointee.grant(byteCount: byteCount)
        },
        free: { _, _ in }, allocator_data: arena)
      return unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe unpack(&allocator, bytes.count, bytes.baseAddress)
      }
    }
    guard let message = unsafe message else {
      throw arena.isExhausted ? .tooComplex : .malformed
    }
    return unsafe UnsafePointer(message)
  }

  /// How many bytes a message takes at most on the wire, for each byte of its C structs and of what
  /// they point to. The densest are an enum of a number below zero: a tag of two bytes and a number
  /// of ten for a member of four.
  private static let packedByteCountPerByte = 3

  /// Packs the C struct that `build` makes in an arena, and lends its bytes to `body`.
  static func withPacked<Result>(
    _ build: (inout Arena) -> UnsafeRawPointer, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    var arena = Arena()
    return try unsafe withPacked(build(&arena), in: &arena, body)
  }

  /// Packs a C struct that lies, with all it points to, in `arena`, and lends its bytes to `body`.
  static func withPacked<Result>(
    _ message: UnsafeRawPointer, in arena: inout Arena, _ body: (Span<UInt8>) throws -> Result
  ) rethrows -> Result {
    let message = unsafe message.assumingMemoryBound(to: ProtobufCMessage.self)
    let bytes = unsafe memoryForPacking(message, &arena)
    let byteCount = unsafe protobuf_c_message_pack(message, bytes)
    return try unsafe body(Span(_unsafeStart: bytes, count: byteCount))
  }

  /// A short message gets as much as it can need at all, because to measure it costs nearly as much
  /// as to pack it.
  private static func memoryForPacking(
    _ message: UnsafePointer<ProtobufCMessage>, _ arena: inout Arena
  ) -> UnsafeMutablePointer<UInt8> {
    if let rest = unsafe arena.rest(byteCount: packedByteCountPerByte * arena.takenByteCount) {
      return unsafe rest
    }
    let byteCount = unsafe protobuf_c_message_get_packed_size(message)
    return unsafe arena.array(of: UInt8.self, count: byteCount)
  }
}
