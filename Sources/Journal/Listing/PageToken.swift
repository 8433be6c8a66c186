import Crypto
import Foundation
import Provisioning

/// The place of a reader in a listing: everything older than it is still to come. Its text is
/// authenticated and bound to the conditions of the listing, so that a token that was made up, or
/// that belongs to another listing, is refused and not obeyed.
struct PageToken {
  /// Two numbers of 64 bits.
  private static let placeByteCount = 16

  let place: AuditPlace

  init(place: AuditPlace) {
    self.place = place
  }

  /// Reads a token that this journal gave for the same conditions; `nil` for anything else.
  init?(_ text: String, for query: AuditQuery, key: SymmetricKey) {
    guard let bytes = AuthenticatedToken.open(text, key: key, context: Self.conditions(of: query)),
      bytes.count == Self.placeByteCount
    else { return nil }
    place = AuditPlace(
      time: Int64(bigEndianBytes: bytes.prefix(8)),
      sequence: Int64(bigEndianBytes: bytes.suffix(8)))
  }

  func text(for query: AuditQuery, key: SymmetricKey) -> String {
    AuthenticatedToken.seal(
      place.time.bigEndianBytes + place.sequence.bigEndianBytes, key: key,
      context: Self.conditions(of: query))
  }

  /// The size of the page may change from page to page.
  private static func conditions(of query: AuditQuery) -> [UInt8] {
    var json = CanonicalJSON()
    json.object { json in
      json.member("caller", query.callerID)
      json.member("creation_id", query.creationID?.description)
      json.member("end_time", query.endTime)
      json.member("kind", query.kind?.rawValue)
      if let organizations = query.organizations {
        json.name("organizations")
        json.array(organizations.sorted()) { json, name in json.string(name) }
      }
      json.member("request_id", query.requestID)
      json.member("start_time", query.startTime)
      if let users = query.users {
        json.name("users")
        json.array(users) { json, user in
          json.array([user.pool.id, user.username]) { json, text in json.string(text) }
        }
      }
    }
    return json.bytes
  }
}
