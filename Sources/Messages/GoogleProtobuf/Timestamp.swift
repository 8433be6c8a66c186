import CMessages

extension GoogleProtobuf {
  /// A point in time, independent of any time zone.
  package struct Timestamp: Hashable, Sendable {
    /// Seconds of the Unix epoch.
    package var seconds: Int64
    /// 0 ..< 1_000_000_000, counted forward also before the epoch.
    package var nanos: Int32

    package init(seconds: Int64 = 0, nanos: Int32 = 0) {
      self.seconds = seconds
      self.nanos = nanos
    }
  }
}

extension GoogleProtobuf.Timestamp: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: google__protobuf__timestamp__unpack)
}

extension GoogleProtobuf.Timestamp: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Protobuf__Timestamp>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(seconds: unsafe source.pointee.seconds, nanos: unsafe source.pointee.nanos)
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Protobuf__Timestamp>, _ arena: inout Arena
  ) {
    unsafe google__protobuf__timestamp__init(target)
    unsafe target.pointee.seconds = seconds
    unsafe target.pointee.nanos = nanos
  }
}
