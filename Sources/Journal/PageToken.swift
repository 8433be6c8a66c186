import Crypto
import Foundation
import Provisioning

/// The place of a reader in a listing: everything older than `sequence` is still to come. Its text
/// is authenticated and bound to the conditions of the listing, so that a token that was made up,
/// or that belongs to another listing, is refused and not obeyed.
struct PageToken {
  private static let sequenceByteCount = 8

  let sequence: Int64

  init(sequence: Int64) {
    self.sequence = sequence
  }

  /// Reads a token that this journal gave for the same conditions; `nil` for anything else.
  init?(_ text: String, for query: AuditQuery, key: SymmetricKey) {
    guard
      let bytes = Self.decode(text),
      bytes.count == Self.sequenceByteCount + SHA256.byteCount
    else { return nil }
    sequence = bytes.prefix(Self.sequenceByteCount).reduce(0) { $0 << 8 | Int64($1) }
    guard
      HMAC<SHA256>.isValidAuthenticationCode(
        bytes.dropFirst(Self.sequenceByteCount), authenticating: authenticated(query), using: key)
    else { return nil }
  }

  /// base64url (RFC 4648, section 5) without padding.
  func text(for query: AuditQuery, key: SymmetricKey) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: authenticated(query), using: key)
    return (Data(sequenceBytes) + Data(code)).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  private static func decode(_ text: String) -> Data? {
    let standard = text.replacingOccurrences(of: "-", with: "+")
      .replacingOccurrences(of: "_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    return Data(base64Encoded: standard + padding)
  }

  private var sequenceBytes: [UInt8] {
    (0..<Self.sequenceByteCount).map {
      UInt8(truncatingIfNeeded: sequence >> Int64(56 - 8 * $0))
    }
  }

  /// The place and the conditions; the size of the page may change from page to page.
  private func authenticated(_ query: AuditQuery) -> [UInt8] {
    var json = CanonicalJSON()
    json.object { json in
      json.member("creation_id", query.creationID?.description)
      if let organizations = query.organizations {
        json.name("organizations")
        json.array(organizations.sorted()) { json, name in json.string(name) }
      }
      json.member("request_id", query.requestID)
    }
    return sequenceBytes + json.bytes
  }
}
