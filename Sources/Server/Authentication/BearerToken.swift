import Crypto
import GRPC
import HTTP2
import Provisioning

/// The token of a header `authorization: Bearer TOKEN` (RFC 6750, section 2.1). It is never written
/// anywhere.
struct BearerToken: Sendable {
  /// Longest token, in bytes: far more than a JSON Web Token of any issuer has.
  static let maximumLength = 16_384

  private static let header = "authorization"
  private static let scheme = Array("bearer".utf8)

  let bytes: ArraySlice<UInt8>

  /// `nil` where the call carries none.
  init?(_ metadata: Metadata) throws(AuthenticationFailure) {
    guard let value = metadata.firstBytes(forKey: Self.header) else { return nil }
    let fields = metadata.receivedFields
    let count = fields.indices.count { fields.isName(at: $0, equalTo: Self.header) }
    guard count == 1, let token = Self.token(of: value) else { throw .header }
    bytes = token
  }

  /// The scheme counts in any letter case (RFC 9110, section 11.1).
  private static func token(of value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let space = value.firstIndex(of: UInt8(ascii: " ")),
      value[..<space].elementsEqual(scheme, by: { $0 | 0x20 == $1 })
    else { return nil }
    let token = value[space...].drop { $0 == UInt8(ascii: " ") }
    guard (1...maximumLength).contains(token.count), isToken(token) else { return nil }
    return token
  }

  /// `b64token`: letters, digits and `-._~+/`, then any number of `=`.
  static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
    let end = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex
    return end > bytes.startIndex && bytes[..<end].allSatisfy(isTokenByte)
      && bytes[end...].allSatisfy { $0 == UInt8(ascii: "=") }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  var digest: TokenDigest? { TokenDigest(bytes: Array(SHA256.hash(data: bytes))) }
}

/// The tokens of a policy's callers, by their digests.
struct TokenTable: Sendable {
  private var rows: [(digest: TokenDigest, entry: Int)] = []

  /// - Parameter entries: the policy's callers, whose places are the result of a search.
  init(_ entries: [CallerEntry]) {
    for (place, entry) in entries.enumerated() {
      guard case .tokens(let digests) = entry.credential else { continue }
      rows += digests.map { ($0, place) }
    }
  }

  /// The entry that has the token. Every row is looked at, and none longer than another: the time
  /// tells nothing of which one it was, or how near.
  func entry(of digest: TokenDigest) -> Int? {
    var found = 0
    for row in rows {
      // All ones where the digests are the same, else zero.
      let difference = row.digest.difference(from: digest)
      let isSame = ((difference | (0 &- difference)) >> 63) &- 1
      found |= Int(truncatingIfNeeded: isSame) & (row.entry &+ 1)
    }
    return found == 0 ? nil : found - 1
  }
}
