import ArgumentParser
import Foundation
import GRPC
import Messages

/// `provisionctl create-user`: the options of `aws cognito-idp admin-create-user`, and our own.
struct CreateUserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-user",
    abstract: "Creates one user under the organization's policy.")

  @Option(help: "The organization whose user it is.")
  var organization: String

  @Option(help: "The user name.")
  var username = ""

  @Option(
    parsing: .upToNextOption,
    help: "Name=email,Value=a@example.com …, or a JSON list of {\"Name\":…, \"Value\":…}.")
  var userAttributes: [String] = []

  @Option(parsing: .upToNextOption, help: "As --user-attributes; only for the pre sign-up trigger.")
  var validationData: [String] = []

  @Option(help: "A password, or - to read it from standard input and keep it out of `ps`.")
  var temporaryPassword: String?

  @Flag(inversion: .prefixedNo, help: "Moves an alias from the user that has it.")
  var forceAliasCreation = false

  @Option(help: "SEND, SUPPRESS or RESEND. Left out: the policy decides.")
  var messageAction: MessageActionArgument?

  @Option(parsing: .upToNextOption, help: "EMAIL, SMS. Left out: the policy decides.")
  var desiredDeliveryMediums: [DeliveryMediumArgument] = []

  @Option(parsing: .upToNextOption, help: "k=v,k=v or a JSON object; for the pool's triggers.")
  var clientMetadata: [String] = []

  @Option(help: "One of the organization's pools. Left out: its first.")
  var userPoolID = ""

  @Option(help: "Idempotency key: a UUID.")
  var requestID = ""

  @Flag(help: "Answers with the call that would be made, and makes none.")
  var validateOnly = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await connection.call(
      try request(),
      method: MethodDescriptor(
        service: "provisioning.v1.UserProvisioningService", method: "CreateUser"),
      answer: ProvisioningV1.CreateUserResponse.self)
  }

  func request() throws -> ProvisioningV1.CreateUserRequest {
    ProvisioningV1.CreateUserRequest(
      organization: organization,
      username: username,
      userAttributes: try StructureArgument.attributes(userAttributes, "--user-attributes"),
      validationData: try StructureArgument.attributes(validationData, "--validation-data"),
      temporaryPassword: try temporaryPassword.map(Self.password) ?? "",
      forceAliasCreation: forceAliasCreation,
      messageAction: messageAction?.value ?? .unspecified,
      desiredDeliveryMediums: desiredDeliveryMediums.map(\.value),
      clientMetadata: try StructureArgument.map(clientMetadata, "--client-metadata"),
      requestID: requestID,
      validateOnly: validateOnly,
      userPoolID: userPoolID)
  }

  private static func password(_ argument: String) throws -> String {
    guard argument == "-" else { return argument }
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw ValidationError("--temporary-password -: standard input holds no password")
    }
    return line
  }
}

enum MessageActionArgument: String, CaseIterable, ExpressibleByArgument {
  case send = "SEND"
  case suppress = "SUPPRESS"
  case resend = "RESEND"

  var value: ProvisioningV1.MessageAction {
    switch self {
    case .send: .send
    case .suppress: .suppress
    case .resend: .resend
    }
  }
}

enum DeliveryMediumArgument: String, CaseIterable, ExpressibleByArgument {
  case email = "EMAIL"
  case sms = "SMS"

  var value: ProvisioningV1.DeliveryMedium {
    switch self {
    case .email: .email
    case .sms: .sms
    }
  }
}
