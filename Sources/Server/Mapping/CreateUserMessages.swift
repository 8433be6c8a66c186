import GRPC
import Messages
import Provisioning

/// A CreateUserRequest becomes the domain's without a message in between. What of it is no text is
/// the caller's matter once it is authorized.
extension UserRequest: DecodableMessage {
  init(serializedBytes: Span<UInt8>) throws {
    var message = try ProvisioningV1.ReceivedCreateUserRequest(serializedBytes: serializedBytes)
    self.init(&message)
  }
}

/// A CreateUserResponse as the domain has it. The message is made when it is encoded.
struct CreateUserOutput: EncodableMessage {
  let result: CreateUserResult
  var receipt: ProvisioningV1.Receipt?

  func withSerializedBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
    switch result.outcome {
    case .created(let created):
      var response = ProvisioningV1.CreateUserResponse(result, created)
      response.receipt = receipt
      return try response.withSerializedBytes(body)
    case .validated(let specification):
      var response = ProvisioningV1.ValidatedResponse(result, specification)
      return try response.withSerializedBytes(body)
    }
  }
}
