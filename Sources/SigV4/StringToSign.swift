import Text

/// The string to sign of Signature Version 4 ("Create a string to sign").
package struct StringToSign: Equatable, Sendable {
  /// The one algorithm that this room knows.
  package static let algorithm = "AWS4-HMAC-SHA256"

  package let bytes: [UInt8]

  package init(date: DateStamp, scope: CredentialScope, canonicalRequest: CanonicalRequest) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.typicalByteCount)
    bytes.append(utf8Of: Self.algorithm)
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: date.text)
    bytes.append(UInt8(ascii: "\n"))
    scope.append(day: date.day, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: SHA256Text.digest(of: canonicalRequest.bytes.span))
    self.bytes = bytes
  }

  /// Room for every region's scope, so that building one allocates once.
  private static let typicalByteCount = 192
}
