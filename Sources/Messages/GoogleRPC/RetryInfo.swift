import CMessages

extension GoogleRPC {
  /// When a client may repeat its call.
  package struct RetryInfo: Equatable, Sendable {
    /// The least time to wait.
    package var retryDelay: GoogleProtobuf.Duration?

    package init(retryDelay: GoogleProtobuf.Duration? = nil) {
      self.retryDelay = retryDelay
    }
  }
}

extension GoogleRPC.RetryInfo: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__retry_info__unpack)
}

extension GoogleRPC.RetryInfo: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__RetryInfo>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      retryDelay: unsafe reader.message(source.pointee.retry_delay, "\(path())retry_delay"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__RetryInfo>, _ arena: inout Arena
  ) {
    unsafe google__rpc__retry_info__init(target)
    unsafe target.pointee.retry_delay = arena.message(retryDelay)
  }
}
