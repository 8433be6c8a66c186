import Foundation
import JSON
package import Logging
import Provisioning
import Text

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
    object["time"] = String(
      decoding: RFC3339.bytes(microseconds: SystemClock().now().microseconds), as: UTF8.self)
    object["level"] = event.level.rawValue
    object["logger"] = label
    object["message"] = event.message.description
    var line = JSONWriter()
    line.object { line in
      for (name, value) in object.sorted(by: { $0.key < $1.key }) {
        line.escapedName(name)
        line.string(value)
      }
    }
    // A closed standard error is no reason to stop.
    try? output.write(contentsOf: line.bytes + [UInt8(ascii: "\n")])
  }
}
