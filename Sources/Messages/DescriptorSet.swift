import CMessages

/// The `google.protobuf.FileDescriptorSet` of the contract and of everything that it imports.
package enum DescriptorSet {
  /// The serialized set, copied.
  package static var serializedBytes: [UInt8] {
    var byteCount = 0
    let start = unsafe descriptor_set(&byteCount)
    return unsafe Array(UnsafeBufferPointer(start: start, count: byteCount))
  }
}
