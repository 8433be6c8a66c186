import Foundation
import Provisioning
import Text

/// Writes records as JSON Lines: each an event of CloudEvents 1.0 in its JSON format, whose data is
/// an event of OCSF.
struct ExportLine: Sendable {
  /// What the types of events begin with.
  static let typePrefix = "provisioning.v1.audit."

  /// Room for most lines.
  static let typicalByteCount = 3072

  /// Names the journal in each event, as its checkpoints do.
  let source: String

  /// - Throws: ``JournalError/unavailable(_:)`` for a record that is not what its hash says.
  func append(_ place: SealedRecord, to bytes: inout [UInt8]) throws(JournalError) {
    let record = try place.exported()
    let ocsf = record.map { OCSFClass($0) } ?? .expired
    let time = record.map { Self.quotedTime(microseconds: Int64($0.wallMicroseconds)) }
    CanonicalJSON.append(to: &bytes) { json in
      json.object { json in
        json.name("data")
        if let record, let time {
          OCSFEvent(place: place, record: record, ocsf: ocsf, time: time).write(to: &json)
        } else {
          OCSFEvent.writeExpired(place, to: &json)
        }
        json.member("datacontenttype", plain: "application/json")
        json.member("dataschema", plain: ocsf.schema)
        if let record {
          json.member("id", verbatim: record.eventID, in: record.bytes)
        } else {
          json.member("id", "expired-\(place.treeIndex)")
        }
        // In this form they sort as texts, too.
        json.member("sequence", place.treeIndex, digits: 20)
        json.member("source", source)
        json.member("specversion", plain: "1.0")
        if let record, let time {
          json.member("subject", verbatim: record.creationID, in: record.bytes)
          json.member("time", verbatim: time.indices, in: time)
        }
        json.member("type", Self.typePrefix + (record?.kind.rawValue ?? "expired"))
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// What the journal commits itself to: the records before it can be held against it.
  func append(_ checkpoint: SignedCheckpoint, to bytes: inout [UInt8]) {
    CanonicalJSON.append(to: &bytes) { json in
      json.object { json in
        json.member("data", checkpoint.note)
        json.member("datacontenttype", plain: "text/plain; charset=utf-8")
        json.member("id", "checkpoint-\(checkpoint.checkpoint.size)")
        json.member("source", source)
        json.member("specversion", plain: "1.0")
        json.member("type", Self.typePrefix + "checkpoint")
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func quotedTime(microseconds: Int64) -> [UInt8] {
    let quote = [UInt8(ascii: "\"")]
    return quote + RFC3339.bytes(microseconds: microseconds) + quote
  }
}

extension SealedRecord {
  /// - Throws: ``JournalError/unavailable(_:)`` where it is not what its hash says.
  fileprivate func exported() throws(JournalError) -> ExportedRecord? {
    guard let record else { return nil }
    do {
      return try ExportedRecord(record, leafHash: leafHash)
    } catch {
      throw .unavailable("the audit record at index \(treeIndex) is damaged")
    }
  }
}
