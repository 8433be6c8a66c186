import GRPC
import Messages
import Provisioning

/// A CreateUserRequest as the domain has it. The message in between lives no longer than decoding.
///
/// An object, because a call hands it on at each step.
final class CreateUserInput: DecodableMessage {
  let request: UserRequest

  init(serializedBytes: Span<UInt8>) throws {
    request = UserRequest(try ProvisioningV1.CreateUserRequest(serializedBytes: serializedBytes))
  }
}

/// A CreateUserResponse as the domain has it. The message is made when it is encoded.
struct CreateUserOutput: EncodableMessage {
  let result: CreateUserResult

  func withSerializedBytes<R>(_ body: (Span<UInt8>) throws -> R) throws -> R {
    switch result.outcome {
    case .created(let created):
      return try ProvisioningV1.CreateUserResponse(result, created).withSerializedBytes(body)
    case .validated(let specification):
      var response = ProvisioningV1.ValidatedResponse(result, specification)
      return try response.withSerializedBytes(body)
    }
  }
}
