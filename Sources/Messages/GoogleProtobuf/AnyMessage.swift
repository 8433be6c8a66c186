import CMessages

extension GoogleProtobuf {
  /// A serialized message of any type, with its name (`google.protobuf.Any`).
  package struct AnyMessage: Hashable, Sendable {
    /// Ends in `/` and the full name of the message.
    package var typeURL: String
    package var value: [UInt8]

    package init(typeURL: String = "", value: [UInt8] = []) {
      self.typeURL = typeURL
      self.value = value
    }
  }
}

extension GoogleProtobuf.AnyMessage: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__protobuf__any__unpack)
}

extension GoogleProtobuf.AnyMessage: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Protobuf__Any>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      typeURL: unsafe reader.text(source.pointee.type_url, "\(path())type_url"),
      value: unsafe reader.bytes(source.pointee.value))
  }

  func fill(_ target: UnsafeMutablePointer<Google__Protobuf__Any>, _ arena: inout Arena) {
    unsafe google__protobuf__any__init(target)
    unsafe target.pointee.type_url = arena.text(typeURL)
    unsafe target.pointee.value = arena.bytes(value)
  }
}
