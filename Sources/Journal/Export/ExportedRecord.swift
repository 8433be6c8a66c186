import Foundation
import JSON
import Provisioning

/// What an export tells of a record, as far as it has to be found in it: where its texts stand. They
/// are canonical, and stay so where they are copied; nothing else is decoded, because journals are
/// exported by the million.
struct ExportedRecord {
  /// The place of a JSON string, with its quotation marks. Empty for one that is not there.
  typealias Text = Range<Int>

  struct Caller {
    var auth: Text = 0..<0
    var id: Text = 0..<0
    var onBehalfOf: Text?
    var peer: Text = 0..<0
  }

  struct Upstream {
    var errorType: Text?
    var httpStatus: Int?
    var requestID: Text?
  }

  /// The whole of it, in UTF-8.
  let bytes: [UInt8]
  private(set) var kind = AuditEvent.Kind.intended
  private(set) var caller = Caller()
  private(set) var count: Int?
  private(set) var creationID: Text?
  private(set) var durationMicroseconds: Int?
  private(set) var eventID: Text = 0..<0
  private(set) var organization: Text = 0..<0
  private(set) var poolID: Text?
  private(set) var poolRegion: Text?
  private(set) var reason: Text?
  private(set) var requestID: Text = 0..<0
  private(set) var sub: Text?
  private(set) var upstream: Upstream?
  private(set) var userHash: Text?
  private(set) var wallMicroseconds = 0

  init(_ record: Data, leafHash: Data) throws(RecordDecodingError) {
    guard JournalRecord.leafHash(of: record) == leafHash else { throw .hashMismatch }
    bytes = Array(record)
    var reader = JSONReader(bytes)
    var (kind, version, wallMicroseconds): (String?, Int?, Int?)
    do throws(JSONError) {
      try reader.object { reader, name throws(JSONError) in
        switch name {
        case "kind": kind = try reader.string()
        case "v": version = try reader.integer()
        case "wall_us": wallMicroseconds = try reader.integer()
        default: try read(&reader, name)
        }
      }
      try reader.end()
    } catch {
      throw .unknownLayout
    }
    guard version.map(Int64.init) == JournalRecord.version, let wallMicroseconds,
      let kind = kind.flatMap(AuditEvent.Kind.init(rawValue:)),
      ![caller.auth, caller.id, caller.peer, eventID, organization, requestID]
        .contains(where: { $0.isEmpty })
    else { throw .unknownLayout }
    self.kind = kind
    self.wallMicroseconds = wallMicroseconds
  }

  func hasReason(_ text: String) -> Bool {
    guard let reason else { return false }
    return bytes[reason].dropFirst().dropLast().elementsEqual(text.utf8)
  }

  private mutating func read(
    _ reader: inout JSONReader, _ name: JSONReader.Name
  ) throws(JSONError) {
    switch name {
    case "caller": caller = try Caller(&reader)
    case "count": count = try reader.integer()
    case "creation_id": creationID = try reader.verbatimString()
    case "dur_us": durationMicroseconds = try reader.integer()
    case "event_id": eventID = try reader.verbatimString()
    case "organization": organization = try reader.verbatimString()
    case "pool": try readPool(&reader)
    case "reason": reason = try reader.verbatimString()
    case "request_id": requestID = try reader.verbatimString()
    case "sub": sub = try reader.verbatimString()
    case "upstream": upstream = try Upstream(&reader)
    case "user_hash": userHash = try reader.verbatimString()
    default: try reader.skipValue()
    }
  }

  private mutating func readPool(_ reader: inout JSONReader) throws(JSONError) {
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "id": poolID = try reader.verbatimString()
      case "region": poolRegion = try reader.verbatimString()
      default: try reader.skipValue()
      }
    }
  }
}

extension ExportedRecord.Caller {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "auth": auth = try reader.verbatimString()
      case "id": id = try reader.verbatimString()
      case "on_behalf_of": onBehalfOf = try reader.verbatimString()
      case "peer": peer = try reader.verbatimString()
      default: try reader.skipValue()
      }
    }
  }
}

extension ExportedRecord.Upstream {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "error_type": errorType = try reader.verbatimString()
      case "http_status": httpStatus = try reader.integer()
      case "request_id": requestID = try reader.verbatimString()
      default: try reader.skipValue()
      }
    }
  }
}
