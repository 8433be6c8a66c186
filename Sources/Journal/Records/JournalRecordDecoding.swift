import Foundation
import Provisioning

/// A stored record that cannot be read back.
enum RecordDecodingError: Error {
  /// The bytes do not give the hash that was stored with them.
  case hashMismatch
  /// Written by a newer release, or no record at all.
  case unknownLayout
}

extension JournalRecord {
  /// Reads an event back from its canonical bytes.
  static func event(from record: Data, leafHash: Data) throws(RecordDecodingError) -> AuditEvent {
    guard self.leafHash(of: record) == leafHash else { throw .hashMismatch }
    guard
      let layout = try? RecordLayout(json: record),
      layout.v == version,
      let event = layout.event
    else { throw .unknownLayout }
    return event
  }
}

/// Version 1 of the record, as ``JournalRecord`` writes it, in camel case.
struct RecordLayout {
  struct Origin {
    var auth: String
    var id: String
    var onBehalfOf: String?
    var peer: String
  }
  struct Decision {
    var effect: String
    var field: String
    var rule: String
  }
  struct Message: Decodable {
    var failureReason: String?
    var mediums: [String]
    var state: String
  }
  struct Pool {
    var id: String
    var region: String
  }
  struct Upstream: Decodable {
    var errorType: String?
    var httpStatus: Int?
    var requestId: String?
  }

  var attempt: Int?
  var caller: Origin
  var count: Int64?
  var creationId: String?
  var decisions: [Decision]?
  var durUs: Int64?
  var emailHash: String?
  var eventId: String
  var evidence: String?
  var fence: Int?
  var fields: [String]?
  var invitation: Message?
  var keyEpoch: Int?
  var kind: String
  var organization: String
  var phoneHash: String?
  var policyDigest: String
  var pool: Pool?
  var reason: String?
  var requestId: String
  var sub: String?
  var upstream: Upstream?
  var userHash: String?
  var userKey: Int?
  var v: Int64
  var wallUs: Int64

  /// `nil` when a value is none that this release knows.
  var event: AuditEvent? {
    guard
      let id = Identifier(eventId),
      let kind = AuditEvent.Kind(rawValue: kind),
      let authentication = CallerAuthentication(rawValue: caller.auth),
      let decisions = all(decisions ?? [], \.decision),
      let invitation = optional(invitation, \.invitation),
      let creationID = optional(creationId, { Identifier($0) }),
      let evidence = optional(evidence, { Evidence(rawValue: $0) }),
      (userHash == nil) == (userKey == nil)
    else { return nil }
    return AuditEvent(
      id: id, kind: kind, wallMicroseconds: wallUs, durationMicroseconds: durUs,
      creationID: creationID, requestID: requestId,
      origin: CallOrigin(
        callerID: caller.id, authentication: authentication, onBehalfOf: caller.onBehalfOf,
        peer: caller.peer),
      organization: organization, pool: pool.map { UserPool(id: $0.id, region: $0.region) },
      policyDigest: policyDigest, decisions: decisions, names: names, sub: sub,
      invitation: invitation,
      trace: upstream?.trace,
      reason: reason, fields: fields ?? [], count: count, attempt: attempt, fence: fence,
      evidence: evidence, keyEpoch: keyEpoch)
  }

  private var names: NameHashes? {
    guard let userHash, let userKey else { return nil }
    return NameHashes(epoch: userKey, user: userHash, email: emailHash, phone: phoneHash)
  }
}

extension RecordLayout.Decision {
  fileprivate var decision: PolicyDecision? {
    PolicyDecision.Effect(rawValue: effect).map {
      PolicyDecision(field: field, rule: rule, effect: $0)
    }
  }
}

extension RecordLayout.Message {
  var invitation: Invitation? {
    guard
      let state = Invitation.State(rawValue: state),
      let mediums = all(mediums, { DeliveryMedium(rawValue: $0) })
    else { return nil }
    return Invitation(state: state, mediums: mediums, failureReason: failureReason)
  }
}

extension RecordLayout.Upstream {
  var trace: UpstreamTrace {
    UpstreamTrace(requestID: requestId, httpStatus: httpStatus, errorType: errorType)
  }
}

/// All elements converted, or `nil` when one cannot be.
func all<From, To>(_ elements: [From], _ convert: (From) -> To?) -> [To]? {
  let converted = elements.compactMap(convert)
  return converted.count == elements.count ? converted : nil
}

/// `.some(nil)` for an absent value, `nil` for one that cannot be converted.
private func optional<From, To>(_ value: From?, _ convert: (From) -> To?) -> To?? {
  guard let value else { return .some(nil) }
  return convert(value).map { .some($0) }
}
