import Crypto
import Foundation
import Provisioning

/// One audit event as it is stored: exact bytes, and their hash as a leaf of a Merkle tree.
///
/// The bytes are canonical JSON (RFC 8785): the same event gives the same bytes on every machine
/// and in every release that writes this version. `v` is the version of the layout; a reader
/// refuses one that it does not know. Absent values and empty lists are left out. An object, because
/// it goes from hand to hand.
final class JournalRecord: Sendable {
  /// The layout that this release writes.
  static let version: Int64 = 1

  let event: AuditEvent
  let bytes: Data
  /// SHA-256 of a zero byte and the record (RFC 6962, section 2.1).
  let leafHash: Data

  convenience init(_ event: AuditEvent) {
    var buffer: [UInt8] = []
    self.init(event, using: &buffer)
  }

  /// - Parameter buffer: memory to make the bytes in; what it has is lost.
  init(_ event: AuditEvent, using buffer: inout [UInt8]) {
    // In front of the record what is hashed with it.
    buffer.removeAll(keepingCapacity: true)
    buffer.append(TreeHash.leafPrefix)
    CanonicalJSON.append(to: &buffer) { json in Self.write(event, to: &json) }
    leafHash = SHA256.hash(data: buffer).data
    bytes = Data(buffer.dropFirst())
    // Last, so that it is moved here and not copied.
    self.event = event
  }

  static func leafHash(of record: Data) -> Data {
    TreeHash.leaf(record).bytes
  }

  private static func write(_ event: AuditEvent, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("attempt", event.attempt.map(Int64.init))
      json.name("caller")
      write(event.origin, to: &json)
      json.member("count", event.count)
      json.member("creation_id", event.creationID?.description)
      if !event.decisions.isEmpty {
        json.name("decisions")
        json.array(event.decisions) { json, decision in write(decision, to: &json) }
      }
      json.member("dur_us", event.durationMicroseconds)
      json.member("email_hash", event.names?.email)
      json.member("event_id", event.id.description)
      json.member("evidence", event.evidence?.rawValue)
      json.member("fence", event.fence.map(Int64.init))
      if !event.fields.isEmpty {
        json.name("fields")
        json.array(event.fields) { json, field in json.string(field) }
      }
      if let invitation = event.invitation {
        json.name("invitation")
        write(invitation, to: &json)
      }
      json.member("key_epoch", event.keyEpoch.map(Int64.init))
      json.member("kind", event.kind.rawValue)
      json.member("organization", event.organization)
      json.member("phone_hash", event.names?.phone)
      json.member("policy_digest", event.policyDigest)
      if let pool = event.pool {
        json.name("pool")
        write(pool, to: &json)
      }
      json.member("reason", event.reason)
      json.member("request_id", event.requestID)
      json.member("sub", event.sub)
      if let trace = event.trace {
        json.name("upstream")
        write(trace, to: &json)
      }
      json.member("user_hash", event.names?.user)
      json.member("user_key", event.names.map { Int64($0.epoch) })
      json.member("v", version)
      json.member("wall_us", event.wallMicroseconds)
    }
  }

  private static func write(_ origin: CallOrigin, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("auth", origin.authentication.rawValue)
      json.member("id", origin.callerID)
      json.member("on_behalf_of", origin.onBehalfOf)
      json.member("peer", origin.peer)
    }
  }

  private static func write(_ decision: PolicyDecision, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("effect", decision.effect.rawValue)
      json.member("field", decision.field)
      json.member("rule", decision.rule)
    }
  }

  static func write(_ invitation: Invitation, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("failure_reason", invitation.failureReason)
      json.name("mediums")
      json.array(invitation.mediums) { json, medium in json.string(medium.rawValue) }
      json.member("state", invitation.state.rawValue)
    }
  }

  private static func write(_ pool: UserPool, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("id", pool.id)
      json.member("region", pool.region)
    }
  }

  static func write(_ trace: UpstreamTrace, to json: inout CanonicalJSON) {
    json.object { json in
      json.member("error_type", trace.errorType)
      json.member("http_status", trace.httpStatus.map(Int64.init))
      json.member("request_id", trace.requestID)
    }
  }
}
