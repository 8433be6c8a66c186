/// Why bytes are not a message.
package enum MessageError: Error, Equatable, Sendable {
  /// Not the protobuf wire format, or a field of the wrong wire type.
  case malformed
  /// Strings that are not UTF-8 or hold U+0000, by their paths in the proto's names, e.g.
  /// `user_attributes[3].value`; a map's entry by its place, e.g. `client_metadata[0].key`. A path
  /// holds nothing of the message's content. At most ``MessageReader/invalidTextLimit`` paths.
  case invalidText(fields: [String])
  /// Unpacking would take more memory than ``ProtobufC/memoryBudget(forByteCount:)`` grants.
  case tooComplex
}
