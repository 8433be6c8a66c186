import ArgumentParser
import GRPC
import Messages

/// `provisionctl audit`
struct AuditCommand: AsyncParsableCommand {
  static let service = "provisioning.v1.AuditService"

  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Reads the audit trail; needs audit.read. What is read is recorded there, too.",
    subcommands: [AuditListCommand.self, Get.self, AuditTailCommand.self])

  /// `provisionctl audit get`
  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one event.")

    @Argument(help: "The event's id.")
    var eventID: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      try await connection.call(
        ProvisioningV1.GetAuditEventRequest(eventID: eventID),
        method: MethodDescriptor(service: service, method: "GetAuditEvent"),
        answer: ProvisioningV1.GetAuditEventResponse.self)
    }
  }
}
