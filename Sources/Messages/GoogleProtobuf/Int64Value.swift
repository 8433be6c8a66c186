import CMessages

extension GoogleProtobuf {
  /// A number that may be absent (`google.protobuf.Int64Value`).
  package struct Int64Value: Hashable, Sendable {
    package var value: Int64

    package init(value: Int64 = 0) {
      self.value = value
    }
  }
}

extension GoogleProtobuf.Int64Value: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: google__protobuf__int64_value__unpack)
}

extension GoogleProtobuf.Int64Value: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Protobuf__Int64Value>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(value: unsafe source.pointee.value)
  }

  func fill(_ target: UnsafeMutablePointer<Google__Protobuf__Int64Value>, _ arena: inout Arena) {
    unsafe google__protobuf__int64_value__init(target)
    unsafe target.pointee.value = value
  }
}
