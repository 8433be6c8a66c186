import CMessages

extension GoogleRPC {
  /// An error: what grpc-status-details-bin holds.
  package struct Status: Equatable, Sendable {
    /// The gRPC status code; the same as grpc-status.
    package var code: Int32
    /// A message for developers, in English; the same as grpc-message.
    package var message: String
    /// Details, each a message of google/rpc/error_details.proto.
    package var details: [GoogleProtobuf.AnyMessage]

    package init(code: Int32 = 0, message: String = "", details: [GoogleProtobuf.AnyMessage] = []) {
      self.code = code
      self.message = message
      self.details = details
    }
  }
}

extension GoogleRPC.Status: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__status__unpack)
}

extension GoogleRPC.Status: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__Status>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      code: unsafe source.pointee.code,
      message: unsafe reader.text(source.pointee.message, "\(path())message"),
      details: unsafe reader.messages(
        source.pointee.n_details, source.pointee.details, "\(path())details"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__Status>, _ arena: inout Arena
  ) {
    unsafe google__rpc__status__init(target)
    unsafe target.pointee.code = code
    unsafe target.pointee.message = arena.text(message)
    unsafe (target.pointee.n_details, target.pointee.details) = arena.messages(details)
  }
}
