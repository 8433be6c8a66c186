extension GoogleProtobuf.AnyMessage {
  /// What `type_url` begins with, as in every Google library.
  private static let typeURLPrefix = "type.googleapis.com/"

  /// Packs a detail.
  package init(_ detail: some StatusDetail) {
    self.init(typeURL: Self.typeURLPrefix + type(of: detail).typeName, value: detail.serialized())
  }

  /// The detail in it; `nil` when it is of another type.
  ///
  /// - Throws: when the type is right, but the bytes are not.
  package func unpacked<Detail: StatusDetail>(
    as type: Detail.Type
  ) throws(MessageError) -> Detail? {
    guard let slash = typeURL.utf8.lastIndex(of: UInt8(ascii: "/")),
      typeURL.utf8[slash...].dropFirst().elementsEqual(type.typeName.utf8)
    else { return nil }
    return try Detail(serializedBytes: value.span)
  }
}

extension GoogleRPC.Status {
  /// The first detail of a type; `nil` when there is none.
  ///
  /// - Throws: when there is one, but its bytes are not of that type.
  package func detail<Detail: StatusDetail>(
    _ type: Detail.Type
  ) throws(MessageError) -> Detail? {
    for detail in details {
      if let detail = try detail.unpacked(as: type) { return detail }
    }
    return nil
  }
}

extension GoogleRPC.ErrorInfo: StatusDetail {
  package static let typeName = "google.rpc.ErrorInfo"
}

extension GoogleRPC.RetryInfo: StatusDetail {
  package static let typeName = "google.rpc.RetryInfo"
}

extension GoogleRPC.BadRequest: StatusDetail {
  package static let typeName = "google.rpc.BadRequest"
}

extension GoogleRPC.PreconditionFailure: StatusDetail {
  package static let typeName = "google.rpc.PreconditionFailure"
}

extension GoogleRPC.QuotaFailure: StatusDetail {
  package static let typeName = "google.rpc.QuotaFailure"
}

extension GoogleRPC.ResourceInfo: StatusDetail {
  package static let typeName = "google.rpc.ResourceInfo"
}

extension GoogleRPC.Help: StatusDetail {
  package static let typeName = "google.rpc.Help"
}

extension GoogleRPC.LocalizedMessage: StatusDetail {
  package static let typeName = "google.rpc.LocalizedMessage"
}
