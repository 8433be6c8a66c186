import Text

/// The canonical request of Signature Version 4 ("Create a canonical request", AWS IAM User Guide,
/// Reference: elements of an AWS API request signature).
package struct CanonicalRequest: Equatable, Sendable {
  /// A header that is signed. The name is in lower case.
  package struct Header: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package let bytes: [UInt8]

  /// - Parameters:
  ///   - path: the canonical URI: absolute and already encoded; JSON services use `/`.
  ///   - query: the canonical query string: sorted and already encoded; empty for JSON services.
  ///   - headers: the signed headers in ascending order of their names, each name once.
  ///   - payloadHash: the body's SHA-256 in hexadecimal (``SHA256Text``).
  package init(
    method: String, path: String, query: String = "", headers: [Header], payloadHash: [UInt8]
  ) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.typicalByteCount)
    bytes.append(utf8Of: method)
    bytes.append(Self.newline)
    bytes.append(utf8Of: path)
    bytes.append(Self.newline)
    bytes.append(utf8Of: query)
    bytes.append(Self.newline)
    for header in headers {
      bytes.append(utf8Of: header.name)
      bytes.append(UInt8(ascii: ":"))
      Self.appendTrimmed(header.value, to: &bytes)
      bytes.append(Self.newline)
    }
    bytes.append(Self.newline)
    Self.appendSignedHeaders(headers, to: &bytes)
    bytes.append(Self.newline)
    bytes.append(contentsOf: payloadHash)
    self.bytes = bytes
  }

  /// The names of the signed headers with `;` between them: the `SignedHeaders` of an
  /// authorization.
  package static func appendSignedHeaders(_ headers: [Header], to bytes: inout [UInt8]) {
    var first = true
    for header in headers {
      if !first { bytes.append(UInt8(ascii: ";")) }
      first = false
      bytes.append(utf8Of: header.name)
    }
  }

  /// Room for a request of a JSON service without a session token, so that building one allocates
  /// once.
  private static let typicalByteCount = 512
  private static let newline = UInt8(ascii: "\n")

  /// Leading and trailing spaces go, runs of spaces become one ("Trimall" of the AWS text).
  private static func appendTrimmed(_ value: String, to bytes: inout [UInt8]) {
    guard needsTrimming(value) else {
      bytes.append(utf8Of: value)
      return
    }
    var pendingSpace = false
    let start = bytes.count
    for byte in value.utf8 {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        pendingSpace = bytes.count > start
      } else {
        if pendingSpace { bytes.append(UInt8(ascii: " ")) }
        pendingSpace = false
        bytes.append(byte)
      }
    }
  }

  private static func needsTrimming(_ value: String) -> Bool {
    var previous = UInt8(ascii: " ")
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\t") || (byte == UInt8(ascii: " ") && previous == byte) {
        return true
      }
      previous = byte
    }
    return previous == UInt8(ascii: " ")
  }
}
