import GRPC
import HTTP2
import Logging

/// Exports spans as lines of the log, for collectors that read it.
struct SpanLog: Sendable {
  /// Spans are for those who look closely: at other levels none is made.
  static let level = Logger.Level.debug

  let logger: Logger

  /// Nil where the log would not take its lines.
  init?(_ logger: Logger) {
    guard logger.logLevel <= Self.level else { return nil }
    self.logger = logger
  }

  func write(_ finished: FinishedSpan) {
    let events = finished.span.events.map { event in
      Logger.MetadataValue.dictionary([
        "name": event.direction == .inbound ? "Inbound message" : "Outbound message",
        "sequence-number": "\(event.sequenceNumber)",
        event.isCompressed ? "message-size-compressed" : "message-size": "\(event.byteCount)",
      ])
    }
    var metadata = finished.span.logMetadata
    metadata["name"] = "\(finished.name)"
    metadata["duration_seconds"] = "\(finished.duration.inSeconds)"
    metadata["grpc_status"] = "\(finished.status.name)"
    metadata["events"] = .array(events)
    if let parent = finished.span.parentID { metadata["parent_span_id"] = "\(parent.hexadecimal)" }
    logger.log(level: Self.level, "span", metadata: metadata)
  }
}

extension CallSpan {
  /// What a line of the log names a span by.
  var logMetadata: Logger.Metadata {
    ["trace_id": "\(traceID)", "span_id": "\(id.hexadecimal)"]
  }

  /// Gives each line that is logged while a call is served the names of its span.
  static let logMetadataProvider = Logger.MetadataProvider { current?.logMetadata ?? [:] }
}
