import ArgumentParser
import GRPC
import Messages

/// `provisionctl policy`
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Reads the policy in force; needs policy.read.",
    subcommands: [Show.self])

  /// `provisionctl policy show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the rules of one organization as they hold, company and organization merged."
    )

    @Option(help: "The organization.")
    var organization: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      try await connection.call(
        ProvisioningV1.GetPolicyRequest(organization: organization),
        method: MethodDescriptor(
          service: "provisioning.v1.UserProvisioningService", method: "GetPolicy"),
        answer: ProvisioningV1.GetPolicyResponse.self)
    }
  }
}

extension ProvisioningV1.GetPolicyResponse: Outputable {
  var output: OutputValue {
    .fields([
      "organization": .text(organization),
      "policy_digest": .text(policyDigest),
      "rules_yaml": .text(rulesYaml),
    ])
  }
}
