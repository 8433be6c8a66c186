import ArgumentParser
import GRPC
import Messages

/// `provisionctl audit list`
struct AuditListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists events, newest first.",
    discussion: """
      Events that meet every condition given. Times are RFC 3339 (2026-11-21T09:00:00Z), or how long \
      ago (15m, 24h, 7d).
      """)

  @Option(help: "Only the events of this creation.")
  var creationID = ""

  @Option(help: "Only the events of this request id.")
  var requestID = ""

  @Option(help: "Only the events of this organization.")
  var organization = ""

  @Option(help: "Only the events of this caller, by its id in the policy document.")
  var caller = ""

  @Option(help: "Only the events about the user of this name.")
  var username = ""

  @Option(help: "Only the events of this kind, e.g. CREATED, DENIED, UNRESOLVED.")
  var kind: AuditKindArgument?

  @Option(help: "Only the events at or after this time.")
  var startTime: TimeArgument?

  @Option(help: "Only the events before this time.")
  var endTime: TimeArgument?

  @Option(help: "Events in one answer, 1 to 1000.")
  var pageSize: Int32 = 50

  @Option(help: "The next_page_token of the answer before.")
  var pageToken = ""

  @Flag(help: "All pages, from the given one on, in one answer.")
  var all = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      var request = request
      var listed = ProvisioningV1.ListAuditEventsResponse()
      repeat {
        let page: ProvisioningV1.ListAuditEventsResponse = try await client.unary(
          request,
          method: MethodDescriptor(service: AuditCommand.service, method: "ListAuditEvents"))
        listed.events += page.events
        listed.nextPageToken = page.nextPageToken
        request.pageToken = page.nextPageToken
        // A page may hold less than was asked for, and the next one more of it.
        if !all { request.pageSize = pageSize - Int32(clamping: listed.events.count) }
      } while !listed.nextPageToken.isEmpty && (all || request.pageSize > 0)
      print(connection.output.render(listed.output))
    }
  }

  private var request: ProvisioningV1.ListAuditEventsRequest {
    ProvisioningV1.ListAuditEventsRequest(
      pageSize: pageSize, pageToken: pageToken, organization: organization, caller: caller,
      username: username, creationID: creationID, requestID: requestID,
      kind: kind?.value ?? .unspecified, startTime: startTime?.timestamp,
      endTime: endTime?.timestamp)
  }
}

/// A kind of event by its name in the contract, without its prefix.
struct AuditKindArgument: ExpressibleByArgument {
  let value: ProvisioningV1.AuditEventKind

  init?(argument: String) {
    let name = argument.uppercased()
    guard let value = Self.known.first(where: { $0.outputName == name }) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { known.map(\.outputName) }

  /// The contract numbers them without gaps.
  private static let known = (1...Int32(UInt8.max))
    .map(ProvisioningV1.AuditEventKind.init(number:))
    .prefix { kind in if case .unrecognized = kind { false } else { true } }
}
