import ArgumentParser
import GRPC
import Messages

/// `provisionctl audit`
struct AuditCommand: AsyncParsableCommand {
  static let service = "provisioning.v1.AuditService"

  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Reads the audit trail; needs audit.read.",
    subcommands: [List.self, Get.self])

  /// `provisionctl audit list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists events, newest first.")

    @Option(help: "Only the events of this creation.")
    var creationID = ""

    @Option(help: "Only the events of this request id.")
    var requestID = ""

    @Option(help: "Only the events of this organization.")
    var organization = ""

    @Option(help: "Events in one answer, 1 to 1000.")
    var pageSize: Int32 = 50

    @Option(help: "The next_page_token of the answer before.")
    var pageToken = ""

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      try await connection.call(
        ProvisioningV1.ListAuditEventsRequest(
          pageSize: pageSize, pageToken: pageToken, organization: organization,
          creationID: creationID, requestID: requestID),
        method: MethodDescriptor(service: service, method: "ListAuditEvents"),
        answer: ProvisioningV1.ListAuditEventsResponse.self)
    }
  }

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
