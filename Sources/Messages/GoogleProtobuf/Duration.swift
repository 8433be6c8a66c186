import CMessages

extension GoogleProtobuf {
  /// A span of time.
  package struct Duration: Hashable, Sendable {
    /// Whole seconds, at most 315,576,000,000 either way (10,000 years).
    package var seconds: Int64
    /// -999,999,999 to 999,999,999, with the sign of `seconds`.
    package var nanos: Int32

    package init(seconds: Int64 = 0, nanos: Int32 = 0) {
      self.seconds = seconds
      self.nanos = nanos
    }
  }
}

extension GoogleProtobuf.Duration: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: google__protobuf__duration__unpack)
}

extension GoogleProtobuf.Duration: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Protobuf__Duration>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(seconds: unsafe source.pointee.seconds, nanos: unsafe source.pointee.nanos)
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Protobuf__Duration>, _ arena: inout Arena
  ) {
    unsafe google__protobuf__duration__init(target)
    unsafe target.pointee.seconds = seconds
    unsafe target.pointee.nanos = nanos
  }
}
