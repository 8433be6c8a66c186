import Foundation
import Provisioning

/// Writes records as JSON Lines: each an event of CloudEvents 1.0 in its JSON format, whose data is
/// an event of OCSF.
struct ExportLine: Sendable {
  /// What the types of events begin with.
  static let typePrefix = "provisioning.v1.audit."

  /// Room for most lines.
  private static let typicalByteCount = 4096

  /// Names the journal in each event, as its checkpoints do.
  let source: String

  /// - Throws: ``JournalError/unavailable(_:)`` for a record that is not what its hash says.
  func append(_ record: SealedRecord, to bytes: inout [UInt8]) throws(JournalError) {
    let event = try record.event()
    let ocsf = event.map { OCSFClass($0) } ?? .expired
    var json = CanonicalJSON(reserving: Self.typicalByteCount)
    json.object { json in
      json.name("data")
      if let event {
        OCSFEvent(record: record, event: event, ocsf: ocsf).write(to: &json)
      } else {
        OCSFEvent.writeExpired(record, to: &json)
      }
      json.member("datacontenttype", "application/json")
      json.member(
        "dataschema", "https://schema.ocsf.io/\(OCSFClass.version)/classes/\(ocsf.path)")
      json.member("id", event?.id.description ?? "expired-\(record.treeIndex)")
      // In this form they sort as texts, too.
      json.member("sequence", Self.padded(record.treeIndex))
      json.member("source", source)
      json.member("specversion", "1.0")
      json.member("subject", event?.creationID?.description)
      json.member("time", event.map { RFC3339.text(microseconds: $0.wallMicroseconds) })
      json.member("type", Self.typePrefix + (event?.kind.rawValue ?? "expired"))
    }
    bytes.append(contentsOf: json.bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// What the journal commits itself to: the records before it can be held against it.
  func append(_ checkpoint: SignedCheckpoint, to bytes: inout [UInt8]) {
    var json = CanonicalJSON()
    json.object { json in
      json.member("data", checkpoint.note)
      json.member("datacontenttype", "text/plain; charset=utf-8")
      json.member("id", "checkpoint-\(checkpoint.checkpoint.size)")
      json.member("source", source)
      json.member("specversion", "1.0")
      json.member("type", Self.typePrefix + "checkpoint")
    }
    bytes.append(contentsOf: json.bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func padded(_ index: Int64) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
  }
}
