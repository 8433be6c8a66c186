import Foundation
import JSON

/// Reads the layout from its JSON in one pass: the trail is read by the hundred thousand.
extension RecordLayout {
  init(json: Data) throws {
    var reader = JSONReader(Array(json))
    var fields = RecordFields()
    try reader.object { reader, name throws(JSONError) in try fields.read(&reader, name) }
    try reader.end()
    guard let caller = fields.caller, let eventID = fields.eventID, let kind = fields.kind,
      let organization = fields.organization, let policyDigest = fields.policyDigest,
      let requestID = fields.requestID, let version = fields.version,
      let wallMicroseconds = fields.wallMicroseconds
    else { throw RecordDecodingError.unknownLayout }
    self.init(
      attempt: fields.attempt, caller: caller, count: fields.count.map(Int64.init),
      creationId: fields.creationID, decisions: fields.decisions,
      durUs: fields.durationMicroseconds.map(Int64.init), emailHash: fields.emailHash,
      eventId: eventID, evidence: fields.evidence, fence: fields.fence, fields: fields.fields,
      invitation: fields.invitation, keyEpoch: fields.keyEpoch, kind: kind,
      organization: organization, phoneHash: fields.phoneHash, policyDigest: policyDigest,
      pool: fields.pool, reason: fields.reason, requestId: requestID, sub: fields.sub,
      upstream: fields.upstream, userHash: fields.userHash, userKey: fields.userKey,
      v: Int64(version), wallUs: Int64(wallMicroseconds))
  }
}

/// What a record has, as far as it was read.
private struct RecordFields {
  var attempt: Int?
  var caller: RecordLayout.Origin?
  var count: Int?
  var creationID: String?
  var decisions: [RecordLayout.Decision]?
  var durationMicroseconds: Int?
  var emailHash: String?
  var eventID: String?
  var evidence: String?
  var fence: Int?
  var fields: [String]?
  var invitation: RecordLayout.Message?
  var keyEpoch: Int?
  var kind: String?
  var organization: String?
  var phoneHash: String?
  var policyDigest: String?
  var pool: RecordLayout.Pool?
  var reason: String?
  var requestID: String?
  var sub: String?
  var upstream: RecordLayout.Upstream?
  var userHash: String?
  var userKey: Int?
  var version: Int?
  var wallMicroseconds: Int?

  mutating func read(_ reader: inout JSONReader, _ name: JSONReader.Name) throws(JSONError) {
    switch name {
    case "attempt": attempt = try reader.integer()
    case "caller": caller = try RecordLayout.Origin(&reader)
    case "count": count = try reader.integer()
    case "creation_id": creationID = try reader.string()
    case "decisions":
      decisions = try reader.list { reader throws(JSONError) in
        try RecordLayout.Decision(&reader)
      }
    case "dur_us": durationMicroseconds = try reader.integer()
    case "email_hash": emailHash = try reader.string()
    case "event_id": eventID = try reader.string()
    case "evidence": evidence = try reader.string()
    case "fence": fence = try reader.integer()
    case "fields": fields = try reader.texts()
    case "invitation": invitation = try RecordLayout.Message(&reader)
    case "key_epoch": keyEpoch = try reader.integer()
    case "kind": kind = try reader.string()
    case "organization": organization = try reader.string()
    case "phone_hash": phoneHash = try reader.string()
    case "policy_digest": policyDigest = try reader.string()
    case "pool": pool = try RecordLayout.Pool(&reader)
    case "reason": reason = try reader.string()
    case "request_id": requestID = try reader.string()
    case "sub": sub = try reader.string()
    case "upstream": upstream = try RecordLayout.Upstream(&reader)
    case "user_hash": userHash = try reader.string()
    case "user_key": userKey = try reader.integer()
    case "v": version = try reader.integer()
    case "wall_us": wallMicroseconds = try reader.integer()
    default: try reader.skipValue()
    }
  }
}

extension RecordLayout.Origin {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    var onBehalfOf: String?
    var (auth, id, peer) = ("", "", "")
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "auth": auth = try reader.string()
      case "id": id = try reader.string()
      case "on_behalf_of": onBehalfOf = try reader.string()
      case "peer": peer = try reader.string()
      default: try reader.skipValue()
      }
    }
    self.init(auth: auth, id: id, onBehalfOf: onBehalfOf, peer: peer)
  }
}

extension RecordLayout.Decision {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    var (effect, field, rule) = ("", "", "")
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "effect": effect = try reader.string()
      case "field": field = try reader.string()
      case "rule": rule = try reader.string()
      default: try reader.skipValue()
      }
    }
    self.init(effect: effect, field: field, rule: rule)
  }
}

extension RecordLayout.Message {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    var failureReason: String?
    var mediums: [String] = []
    var state = ""
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "failure_reason": failureReason = try reader.string()
      case "mediums": mediums = try reader.texts()
      case "state": state = try reader.string()
      default: try reader.skipValue()
      }
    }
    self.init(failureReason: failureReason, mediums: mediums, state: state)
  }
}

extension RecordLayout.Pool {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    var (id, region) = ("", "")
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "id": id = try reader.string()
      case "region": region = try reader.string()
      default: try reader.skipValue()
      }
    }
    self.init(id: id, region: region)
  }
}

extension RecordLayout.Upstream {
  fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
    var (errorType, requestID): (String?, String?)
    var httpStatus: Int?
    try reader.object { reader, name throws(JSONError) in
      switch name {
      case "error_type": errorType = try reader.string()
      case "http_status": httpStatus = try reader.integer()
      case "request_id": requestID = try reader.string()
      default: try reader.skipValue()
      }
    }
    self.init(errorType: errorType, httpStatus: httpStatus, requestId: requestID)
  }
}

extension JSONReader {
  fileprivate mutating func list<Element>(
    _ element: (inout JSONReader) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    var elements: [Element] = []
    try array { reader throws(JSONError) in elements.append(try element(&reader)) }
    return elements
  }

  fileprivate mutating func texts() throws(JSONError) -> [String] {
    try list { reader throws(JSONError) in try reader.string() }
  }
}
