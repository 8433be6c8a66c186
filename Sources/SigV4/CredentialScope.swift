import Text

/// Where a signature is valid besides its day: `<day>/<region>/<service>/aws4_request`.
package struct CredentialScope: Hashable, Sendable {
  package let region: String
  package let service: String

  package init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// The last part of every scope and the last step of the key derivation.
  package static let terminator = "aws4_request"

  package func append(day: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: day)
    bytes.append(UInt8(ascii: "/"))
    bytes.append(utf8Of: region)
    bytes.append(UInt8(ascii: "/"))
    bytes.append(utf8Of: service)
    bytes.append(UInt8(ascii: "/"))
    bytes.append(utf8Of: Self.terminator)
  }
}
