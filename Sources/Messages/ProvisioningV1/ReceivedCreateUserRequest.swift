import CMessages

extension ProvisioningV1 {
  /// Reads a serialized CreateUserRequest field by field, straight into the values of another room.
  /// What it gives is what the same ``CreateUserRequest`` has, without making that.
  @safe package struct ReceivedCreateUserRequest: ~Copyable {
    private let arena: Arena
    private let message: UnsafePointer<Provisioning__V1__CreateUserRequest>
    private var reader = MessageReader()

    /// Unknown fields are ignored, as the protobuf specification asks.
    package init(serializedBytes bytes: Span<UInt8>) throws(MessageError) {
      var arena = ProtobufC.arena(forByteCount: bytes.count)
      unsafe message = try ProtobufC.unpack(
        bytes, by: provisioning__v1__create_user_request__unpack, in: &arena)
      self.arena = arena
    }

    /// Paths of the texts that are none, of those that were read; they read as empty.
    package var invalidTexts: [String] { reader.invalidText }

    package mutating func organization() -> String {
      unsafe reader.text(message.pointee.organization, "organization")
    }

    package mutating func username() -> String {
      unsafe reader.text(message.pointee.username, "username")
    }

    package var userAttributeCount: Int { unsafe message.pointee.n_user_attributes }

    package mutating func userAttribute(at index: Int) -> (name: String, value: String) {
      unsafe attribute(message.pointee.user_attributes, index, "user_attributes")
    }

    package var validationDatumCount: Int { unsafe message.pointee.n_validation_data }

    package mutating func validationDatum(at index: Int) -> (name: String, value: String) {
      unsafe attribute(message.pointee.validation_data, index, "validation_data")
    }

    private mutating func attribute(
      _ list: UnsafeMutablePointer<UnsafeMutablePointer<Provisioning__V1__UserAttribute>?>?,
      _ index: Int, _ path: @autoclosure () -> String
    ) -> (name: String, value: String) {
      guard let attribute = unsafe list?[index] else { return ("", "") }
      return unsafe (
        reader.text(attribute.pointee.name, "\(path())[\(index)].name"),
        reader.text(attribute.pointee.value, "\(path())[\(index)].value")
      )
    }

    /// Lends the text, so that no copy of it is left in memory; empty where it is none.
    package mutating func withTemporaryPassword<Result>(
      _ body: (Span<UInt8>) -> Result
    ) -> Result {
      unsafe reader.withText(message.pointee.temporary_password, "temporary_password", body)
    }

    package var forceAliasCreation: Bool { unsafe message.pointee.force_alias_creation != 0 }

    package var messageAction: MessageAction {
      unsafe reader.enumeration(message.pointee.message_action)
    }

    package var desiredDeliveryMediums: [DeliveryMedium] {
      unsafe reader.enumerations(
        message.pointee.n_desired_delivery_mediums, message.pointee.desired_delivery_mediums)
    }

    package mutating func clientMetadata() -> StringMap {
      unsafe reader.map(
        message.pointee.n_client_metadata, message.pointee.client_metadata, "client_metadata"
      ) { unsafe ($0.key, $0.value) }
    }

    package mutating func requestID() -> String {
      unsafe reader.text(message.pointee.request_id, "request_id")
    }

    package var validateOnly: Bool { unsafe message.pointee.validate_only != 0 }

    package var includeReceipt: Bool { unsafe message.pointee.include_receipt != 0 }

    package mutating func userPoolID() -> String {
      unsafe reader.text(message.pointee.user_pool_id, "user_pool_id")
    }
  }
}
