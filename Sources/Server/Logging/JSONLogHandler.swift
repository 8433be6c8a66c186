import Foundation
package import Logging

/// Writes one JSON object a line to standard error, for log collectors.
package struct JSONLogHandler: LogHandler {
  package var logLevel: Logger.Level = .info
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let output: FileHandle

  package init(label: String) {
    self.init(label: label, output: .standardError)
  }

  init(label: String, output: FileHandle) {
    self.label = label
    self.output = output
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var fields = metadata
    if let provided = metadataProvider?.get() {
      fields.merge(provided) { _, new in new }
    }
    if let given = event.metadata {
      fields.merge(given) { _, new in new }
    }
    var object = fields.mapValues(\.description)
    object["time"] = Date.now.formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    object["level"] = event.level.rawValue
    object["logger"] = label
    object["message"] = event.message.description
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A dictionary of strings always encodes, and a closed standard error is no reason to stop.
    guard var line = try? encoder.encode(object) else { return }
    line.append(UInt8(ascii: "\n"))
    try? output.write(contentsOf: line)
  }
}
