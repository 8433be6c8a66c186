import Foundation
import GRPC
import Messages
import Provisioning
import Server

/// Reads CreateUserRequests from standard input, each behind its length (32 bits, network order), and
/// prints what each is to the service: a JSON object a line, or `null` for what it refuses.
enum Decode {
  static func run() {
    let input = FileHandle.standardInput
    while let prefix = try? input.read(upToCount: 4), prefix.count == 4 {
      let length = prefix.reduce(0) { $0 << 8 | Int($1) }
      let bytes = length == 0 ? Data() : (try? input.read(upToCount: length)) ?? Data()
      print(line(of: Array(bytes)))
    }
  }

  private static func line(of bytes: [UInt8]) -> String {
    guard let request = try? UserRequest(serializedBytes: bytes.span),
      request.unreadableTexts.isEmpty,
      let json = try? JSONSerialization.data(
        withJSONObject: object(request), options: [.sortedKeys, .withoutEscapingSlashes])
    else { return "null" }
    return String(decoding: json, as: UTF8.self)
  }

  private static func object(_ request: UserRequest) -> [String: Any] {
    func pairs(_ attributes: [UserAttribute]) -> [[String]] {
      attributes.map { [$0.name, $0.value] }
    }
    return [
      "organization": request.organization, "username": request.username,
      "user_attributes": pairs(request.userAttributes),
      "validation_data": pairs(request.validationData),
      "temporary_password": request.temporaryPassword.exposed,
      "force_alias_creation": request.forceAliasCreation,
      "client_metadata": Dictionary(
        request.clientMetadata.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
      "request_id": request.requestID, "validate_only": request.validateOnly,
      "user_pool_id": request.userPoolID,
      "message_action": text(request.messageAction),
      "desired_delivery_mediums": request.desiredDeliveryMediums.map(text),
    ]
  }

  private static func text<Value: RawRepresentable>(
    _ field: EnumField<Value>
  ) -> String where Value.RawValue == String {
    switch field {
    case .unspecified: "UNSPECIFIED"
    case .value(let value): value.rawValue.uppercased()
    case .unrecognized(let number): String(number)
    }
  }
}
