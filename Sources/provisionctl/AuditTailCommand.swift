import ArgumentParser
import Foundation
import GRPC
import Messages

/// `provisionctl audit tail`
struct AuditTailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail",
    abstract: "Follows the trail, oldest event first, until it is interrupted.",
    discussion: """
      With --position-file it goes on behind the last event that it has printed, so that none is \
      missed however often it is started: the first time from now on. With --output json each event \
      is one line.
      """)

  @Option(help: "Only the events of this organization.")
  var organization = ""

  @Option(help: "The position of the last event that was seen, or beginning. Default: from now on")
  var position: String?

  @Option(help: "A file that keeps the position.")
  var positionFile: String?

  @Option(help: "Seconds between two signs of life of the service when nothing happens, 1 to 300.")
  var heartbeatInterval: Int64 = 30

  @Option(help: "Ends after so many events.")
  var count: Int?

  @Flag(help: "Prints signs of life, too.")
  var heartbeats = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard position == nil || positionFile == nil else {
      throw ValidationError("--position and --position-file do not go together")
    }
    guard count.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--count: accepted: a number above 0")
    }
  }

  func run() async throws {
    let request = ProvisioningV1.TailAuditEventsRequest(
      position: try startPosition(), organization: organization,
      heartbeatInterval: GoogleProtobuf.Duration(seconds: heartbeatInterval))
    var lines = EventLines(format: connection.output)
    try await connection.withClient { client in
      try await client.client.serverStreaming(
        request,
        method: MethodDescriptor(service: AuditCommand.service, method: "TailAuditEvents"),
        metadata: client.metadata
      ) { (responses: RPCMessages<ProvisioningV1.TailAuditEventsResponse>) in
        var left = count ?? .max
        for try await response in responses {
          if case .event = response.content {
            left -= 1
          } else if !heartbeats {
            try keep(response.position)
            continue
          }
          // What was printed has left this process when its position is kept.
          let text = lines.text(of: response) + "\n"
          try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
          try keep(response.position)
          if left == 0 { return }
        }
      }
    }
    guard count == nil else { return }
    // The service ended the stream: it stops, and another one may go on.
    throw Failure.notServing
  }

  private func startPosition() throws -> String {
    if let position { return position }
    guard let positionFile, FileManager.default.fileExists(atPath: positionFile) else { return "" }
    guard let text = try? String(contentsOfFile: positionFile, encoding: .utf8) else {
      throw ValidationError("--position-file: \(positionFile) cannot be read")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func keep(_ position: String) throws {
    guard let positionFile else { return }
    do {
      try Data((position + "\n").utf8).write(to: URL(filePath: positionFile), options: .atomic)
    } catch {
      throw ValidationError("--position-file: \(positionFile) cannot be written")
    }
  }
}

/// Prints the events of a stream one by one.
struct EventLines {
  let format: OutputFormat
  private var hasHeader = false

  init(format: OutputFormat) {
    self.format = format
  }

  mutating func text(of response: ProvisioningV1.TailAuditEventsResponse) -> String {
    switch format {
    case .json: return JSONOutput.line(response.output)
    case .yaml: return "---\n" + YAMLOutput.render(response.output)
    case .text: return TextOutput.render(response.output) + "\n"
    case .table:
      defer { hasHeader = true }
      let row = TableOutput.eventRow(response.event)
      return hasHeader ? row : TableOutput.eventHeader + "\n" + row
    }
  }
}

extension ProvisioningV1.TailAuditEventsResponse {
  /// The event as an answer has it; of a sign of life only its time.
  fileprivate var event: OutputValue {
    switch content {
    case .event(let event): event.output
    case .heartbeat(let heartbeat):
      .fields(["event_time": heartbeat.sendTime?.output, "kind": .text("-")])
    case nil: .object([])
    }
  }
}

extension ProvisioningV1.TailAuditEventsResponse: Outputable {
  var output: OutputValue {
    switch content {
    case .event(let event):
      .fields(["position": .text(position), "event": event.output])
    case .heartbeat(let heartbeat):
      .fields([
        "position": .text(position),
        "heartbeat": .fields(["send_time": heartbeat.sendTime?.output]),
      ])
    case nil: .fields(["position": .text(position)])
    }
  }
}
