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
  var organization = ""

  @Option(
    name: .customLong("cli-input-json"),
    help: "The request of AdminCreateUser as JSON, or file://PATH. Options given beside it win.")
  var inputJSON: String?

  @Option(
    name: .customLong("generate-cli-skeleton"),
    help: "Prints an example of the input or of the output, and calls nothing: input, output.")
  var skeleton: SkeletonArgument?

  @Option(help: "The user name.")
  var username: String?

  @Option(
    parsing: .upToNextOption,
    help: "Name=email,Value=a@example.com …, or a JSON list of {\"Name\":…, \"Value\":…}.")
  var userAttributes: [String] = []

  @Option(parsing: .upToNextOption, help: "As --user-attributes; only for the pre sign-up trigger.")
  var validationData: [String] = []

  @Option(help: "A password, or - to read it from standard input and keep it out of `ps`.")
  var temporaryPassword: String?

  @Flag(inversion: .prefixedNo, help: "Moves an alias from the user that has it.")
  var forceAliasCreation: Bool?

  @Option(help: "SEND, SUPPRESS or RESEND. Left out: the policy decides.")
  var messageAction: MessageActionArgument?

  @Option(parsing: .upToNextOption, help: "EMAIL, SMS. Left out: the policy decides.")
  var desiredDeliveryMediums: [DeliveryMediumArgument] = []

  @Option(parsing: .upToNextOption, help: "k=v,k=v or a JSON object; for the pool's triggers.")
  var clientMetadata: [String] = []

  @Option(help: "One of the organization's pools. Left out: its first.")
  var userPoolID: String?

  @Option(help: "Idempotency key: a UUID.")
  var requestID = ""

  @Flag(help: "Answers with the call that would be made, and makes none.")
  var validateOnly = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if skeleton == nil, organization.isEmpty {
      throw ValidationError("Missing expected argument '--organization <organization>'")
    }
  }

  func run() async throws {
    if let skeleton { return print(JSONOutput.render(skeleton.example)) }
    try await connection.call(
      try request(),
      method: MethodDescriptor(
        service: "provisioning.v1.UserProvisioningService", method: "CreateUser"),
      answer: ProvisioningV1.CreateUserResponse.self, isCreation: !validateOnly)
  }

  /// The JSON, with every option that is given in its place.
  func request() throws -> ProvisioningV1.CreateUserRequest {
    var request = try inputJSON.map(AdminCreateUserInput.request) ?? .init()
    request.organization = organization
    request.username = username ?? request.username
    if !userAttributes.isEmpty {
      request.userAttributes = try StructureArgument.attributes(userAttributes, "--user-attributes")
    }
    if !validationData.isEmpty {
      request.validationData = try StructureArgument.attributes(validationData, "--validation-data")
    }
    if let temporaryPassword {
      request.temporaryPassword = try Self.password(temporaryPassword)
    }
    request.forceAliasCreation = forceAliasCreation ?? request.forceAliasCreation
    request.messageAction = messageAction?.value ?? request.messageAction
    if !desiredDeliveryMediums.isEmpty {
      request.desiredDeliveryMediums = desiredDeliveryMediums.map(\.value)
    }
    if !clientMetadata.isEmpty {
      request.clientMetadata = try StructureArgument.map(clientMetadata, "--client-metadata")
    }
    request.requestID = requestID
    request.validateOnly = validateOnly
    request.userPoolID = userPoolID ?? request.userPoolID
    return request
  }

  private static func password(_ argument: String) throws -> String {
    guard argument == "-" else { return argument }
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw ValidationError("--temporary-password -: standard input holds no password")
    }
    return line
  }
}

enum SkeletonArgument: String, CaseIterable, ExpressibleByArgument {
  case input, output

  var example: OutputValue {
    switch self {
    case .input: AdminCreateUserInput.shape.skeleton
    case .output:
      ProvisioningV1.CreateUserResponse(
        user: .init(username: "Username", sub: "sub"), invitation: .init(state: .sent),
        creationID: "creation_id", requestID: "request_id", policyDigest: "policy_digest"
      ).output
    }
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
