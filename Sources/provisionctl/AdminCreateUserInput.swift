import ArgumentParser
import Foundation
import Messages

/// The request of AdminCreateUser as JSON: what `aws cognito-idp admin-create-user` takes and what
/// its skeleton shows. Lengths and words: API_AdminCreateUser in the API reference of Amazon
/// Cognito user pools. Nothing is required: the organization has its pool, and may make the name.
enum AdminCreateUserInput {
  static let shape = InputShape.object([
    .init(name: "UserPoolId", shape: .text(1...55)),
    .init(name: "Username", shape: .text(1...128)),
    .init(name: "UserAttributes", shape: .list(attribute)),
    .init(name: "ValidationData", shape: .list(attribute)),
    .init(name: "TemporaryPassword", shape: .text(1...256)),
    .init(name: "ForceAliasCreation", shape: .boolean),
    // SEND is what the API means when the member is left out; here that is for the policy to say.
    .init(name: "MessageAction", shape: .words(MessageActionArgument.allCases.map(\.rawValue))),
    .init(
      name: "DesiredDeliveryMediums",
      shape: .list(.words(DeliveryMediumArgument.allCases.map(\.rawValue)))),
    .init(name: "ClientMetadata", shape: metadataShape),
  ])

  private static let attribute = InputShape.object([
    .init(name: "Name", shape: .text(1...32), isRequired: true),
    .init(name: "Value", shape: .text(0...2048)),
  ])
  private static let metadataShape = InputShape.map(.text(0...131_072), keys: 0...131_072)

  static var schema: OutputValue {
    var fields = [
      OutputField(
        name: "$schema", value: .text("https://json-schema.org/draft/2020-12/schema")),
      OutputField(name: "title", value: .text("AdminCreateUserRequest")),
    ]
    if case .object(let members) = shape.schema { fields += members }
    return .object(fields)
  }

  private static let option = "--cli-input-json"

  /// - Parameter argument: JSON, or `file://PATH`.
  /// - Throws: what is wrong, without a value.
  static func request(_ argument: String) throws -> ProvisioningV1.CreateUserRequest {
    let members = try read(try text(argument), as: shape, option).object
    return ProvisioningV1.CreateUserRequest(
      username: members["Username"]?.text ?? "",
      userAttributes: attributes(members["UserAttributes"]),
      validationData: attributes(members["ValidationData"]),
      temporaryPassword: members["TemporaryPassword"]?.text ?? "",
      forceAliasCreation: members["ForceAliasCreation"]?.boolean ?? false,
      messageAction: members["MessageAction"]?.text
        .flatMap(MessageActionArgument.init(rawValue:))?.value ?? .unspecified,
      desiredDeliveryMediums: (members["DesiredDeliveryMediums"]?.list ?? []).compactMap {
        $0.text.flatMap(DeliveryMediumArgument.init(rawValue:))?.value
      },
      clientMetadata: metadata(members["ClientMetadata"]),
      userPoolID: members["UserPoolId"]?.text ?? "")
  }

  /// The value of `UserAttributes`, as JSON in an option of its own.
  static func attributes(
    _ json: String, _ option: String
  ) throws -> [ProvisioningV1.UserAttribute] {
    attributes(try read(json, as: .list(attribute), option))
  }

  /// The value of `ClientMetadata`, the same way.
  static func metadata(_ json: String, _ option: String) throws -> StringMap {
    metadata(try read(json, as: metadataShape, option))
  }

  private static func read(
    _ json: String, as shape: InputShape, _ option: String
  ) throws -> JSONInput {
    guard let input = JSONInput(parsing: json) else {
      throw ValidationError("\(option): is not JSON")
    }
    if let problem = shape.problem(with: input, at: "") {
      throw ValidationError("\(option): \(problem)")
    }
    return input
  }

  private static func metadata(_ input: JSONInput?) -> StringMap {
    StringMap(
      (input?.object ?? [:]).sorted { $0.key < $1.key }.map {
        .init(key: $0.key, value: $0.value.text ?? "")
      })
  }

  private static func attributes(_ input: JSONInput?) -> [ProvisioningV1.UserAttribute] {
    (input?.list ?? []).map {
      .init(name: $0.object["Name"]?.text ?? "", value: $0.object["Value"]?.text ?? "")
    }
  }

  private static func text(_ argument: String) throws -> String {
    let scheme = "file://"
    guard argument.hasPrefix(scheme) else { return argument }
    let path = String(argument.dropFirst(scheme.count))
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else { throw ValidationError("\(option): \(path) cannot be read") }
    return text
  }
}
