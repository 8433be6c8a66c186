import Crypto
import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite struct JournalRecordTests {
  /// Each field set, with every character that JSON has to escape.
  static let full = AuditEvent(
    id: Identifier("01890a5d-ac96-774b-bcce-b302099a8057") ?? .nil, kind: .created,
    wallMicroseconds: 1_800_000_000_123_456, durationMicroseconds: 1234,
    creationID: Identifier("01890a5d-ac96-774b-bcce-b302099a8058"), requestID: "r-1",
    origin: CallOrigin(
      callerID: "b\"\\\n\u{8}\u{1F}é😀", authentication: .anonymous, onBehalfOf: "job",
      peer: "::1"),
    organization: "acme", pool: .example, policyDigest: "sha256:00",
    decisions: [PolicyDecision(field: "f", rule: "r", effect: .fixed)],
    names: NameHashes(epoch: 3, user: "ab", email: "cd", phone: "ef"),
    sub: "s", invitation: Invitation(state: .failed, mediums: [.sms, .email], failureReason: "X"),
    trace: UpstreamTrace(requestID: "q", httpStatus: 400, errorType: "E"), reason: "R",
    fields: ["a", "b"])

  static let sparse = AuditEvent(
    id: .nil, kind: .denied, wallMicroseconds: 0, requestID: "",
    origin: CallOrigin(callerID: "", authentication: .anonymous, onBehalfOf: nil, peer: ""),
    organization: "", policyDigest: "")

  /// Denials of a flood, counted together.
  static let coalesced = AuditEvent(
    id: .nil, kind: .denied, wallMicroseconds: 2, durationMicroseconds: 1, requestID: "",
    origin: CallOrigin(callerID: "", authentication: .unauthenticated, onBehalfOf: nil, peer: ""),
    organization: "", policyDigest: "", reason: "UNAUTHENTICATED", count: 7)

  static let ofKeys = AuditEvent(
    id: .nil, kind: .keysRotated, wallMicroseconds: 2, requestID: "",
    origin: CallOrigin(callerID: "alice", authentication: .operator, onBehalfOf: nil, peer: ""),
    organization: "", policyDigest: "", keyEpoch: 2)

  /// The layout is kept for ever: records of old releases are hashed and read as they are.
  @Test func theBytesOfVersion1() {
    #expect(
      String(decoding: JournalRecord(Self.full).bytes, as: UTF8.self) == """
        {"caller":{"auth":"anonymous","id":"b\\"\\\\\\n\\b\\u001fé😀","on_behalf_of":"job",\
        "peer":"::1"},"creation_id":"01890a5d-ac96-774b-bcce-b302099a8058","decisions":\
        [{"effect":"fixed","field":"f","rule":"r"}],"dur_us":1234,\
        "email_hash":"cd","event_id":"01890a5d-ac96-774b-bcce-b302099a8057","fields":["a","b"],"invitation":\
        {"failure_reason":"X","mediums":["SMS","EMAIL"],"state":"failed"},"kind":"created",\
        "organization":"acme","phone_hash":"ef","policy_digest":"sha256:00","pool":{"id":\
        "us-east-1_AbCd12345","region":"us-east-1"},"reason":"R","request_id":"r-1","sub":"s","upstream":\
        {"error_type":"E","http_status":400,"request_id":"q"},"user_hash":"ab","user_key":3,\
        "v":1,"wall_us":1800000000123456}
        """)
  }

  @Test(arguments: [full, sparse, coalesced, ofKeys]) func membersAreInCanonicalOrder(
    event: AuditEvent
  )
    throws
  {
    var event = event
    event.origin.callerID = "plain"
    let bytes = JournalRecord(event).bytes
    let value = try JSONSerialization.jsonObject(with: bytes)
    let sorted = try JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    #expect(bytes == sorted)
  }

  @Test(arguments: [full, sparse, coalesced, ofKeys]) func anEventSurvivesTheRoundTrip(
    event: AuditEvent
  )
    throws
  {
    let record = JournalRecord(event)
    #expect(try JournalRecord.event(from: record.bytes, leafHash: record.leafHash) == event)
  }

  @Test func theLeafHashIsThatOfRFC6962() {
    let record = JournalRecord(Self.sparse)
    #expect(record.leafHash == Data(SHA256.hash(data: [0] + record.bytes)))
  }

  @Test func anAlteredRecordIsNoticed() {
    let record = JournalRecord(Self.full)
    var altered = record.bytes
    altered[20] ^= 1
    #expect(throws: RecordDecodingError.hashMismatch) {
      try JournalRecord.event(from: altered, leafHash: record.leafHash)
    }
  }

  @Test(arguments: [("\"v\":1", "\"v\":2"), ("\"created\"", "\"exploded\""), ("\"f", "x")])
  func anUnknownLayoutIsRefused(part: String, replacement: String) {
    let text = String(decoding: JournalRecord(Self.full).bytes, as: UTF8.self)
    let other = Data(text.replacingOccurrences(of: part, with: replacement).utf8)
    #expect(throws: RecordDecodingError.unknownLayout) {
      try JournalRecord.event(from: other, leafHash: JournalRecord.leafHash(of: other))
    }
  }
}
