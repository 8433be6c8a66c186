/// The messages of `proto/google/rpc`.
package enum GoogleRPC {}

/// A message that may stand among the details of a ``GoogleRPC/Status``.
package protocol StatusDetail: ProtobufMessage {
  /// The full name of the message, which the `type_url` of a `google.protobuf.Any` ends in.
  static var typeName: String { get }
}
