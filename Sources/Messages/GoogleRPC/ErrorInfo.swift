import CMessages

extension GoogleRPC {
  /// The cause of an error, for programs.
  package struct ErrorInfo: Equatable, Sendable {
    /// Cause of the error, UPPER_SNAKE_CASE, at most 63 characters.
    package var reason: String
    /// Who defines the reason; "provisioning.v1" for this service's own.
    package var domain: String
    /// More about this error.
    package var metadata: StringMap

    package init(reason: String = "", domain: String = "", metadata: StringMap = [:]) {
      self.reason = reason
      self.domain = domain
      self.metadata = metadata
    }
  }
}

extension GoogleRPC.ErrorInfo: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__error_info__unpack)
}

extension GoogleRPC.ErrorInfo: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__ErrorInfo>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      reason: unsafe reader.text(source.pointee.reason, "\(path())reason"),
      domain: unsafe reader.text(source.pointee.domain, "\(path())domain"),
      metadata: unsafe reader.map(
        source.pointee.n_metadata, source.pointee.metadata, "\(path())metadata"
      ) { unsafe ($0.key, $0.value) })
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__ErrorInfo>, _ arena: inout Arena
  ) {
    unsafe google__rpc__error_info__init(target)
    unsafe target.pointee.reason = arena.text(reason)
    unsafe target.pointee.domain = arena.text(domain)
    unsafe (target.pointee.n_metadata, target.pointee.metadata) = arena.map(metadata) {
      key, value, entry in
      unsafe google__rpc__error_info__metadata_entry__init(entry)
      unsafe entry.pointee.key = key
      unsafe entry.pointee.value = value
    }
  }
}
