/// Where requests go: scheme, host and port, and nothing else.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  package enum Scheme: String, Sendable {
    case http, https

    package var defaultPort: Int { self == .http ? 80 : 443 }
  }

  package let scheme: Scheme
  /// A name, or an IP address without brackets.
  package let host: String
  package let port: Int

  package init(scheme: Scheme, host: String, port: Int? = nil) {
    self.scheme = scheme
    self.host = host
    self.port = port ?? scheme.defaultPort
  }

  /// The value of `Host`, which is signed: with the port where it is not the scheme's own.
  package var hostHeader: String {
    let name = isIPv6 ? "[\(host)]" : host
    return port == scheme.defaultPort ? name : "\(name):\(port)"
  }

  package var description: String { "\(scheme.rawValue)://\(hostHeader)" }

  /// Whether the host is an address: certificates then name the address, and TLS has no server
  /// name indication (RFC 6066, section 3).
  package var isAddress: Bool {
    isIPv6 || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || Self.isDigit($0) }
  }

  private var isIPv6: Bool { host.utf8.contains(UInt8(ascii: ":")) }

  /// Reads `http(s)://HOST[:PORT][/]`. An endpoint is no page: a path, a query, a fragment or user
  /// information makes it `nil`.
  package init?(url: String) {
    var rest = url[...]
    let scheme: Scheme
    if rest.lowercased().hasPrefix("https://") {
      scheme = .https
      rest = rest.dropFirst(8)
    } else if rest.lowercased().hasPrefix("http://") {
      scheme = .http
      rest = rest.dropFirst(7)
    } else {
      return nil
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }

    let host: Substring
    let portText: Substring?
    if rest.hasPrefix("["), let bracket = rest.firstIndex(of: "]") {
      host = rest[rest.index(after: rest.startIndex)..<bracket]
      guard host.utf8.allSatisfy({ Self.isHexDigit($0) || $0 == UInt8(ascii: ":") }),
        host.utf8.contains(UInt8(ascii: ":"))
      else { return nil }
      let tail = rest[rest.index(after: bracket)...]
      guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
      portText = tail.isEmpty ? nil : tail.dropFirst()
    } else {
      let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let first = parts.first, Self.isHostName(first) else { return nil }
      host = first
      portText = parts.count == 2 ? parts[1] : nil
    }
    var port: Int?
    if let portText {
      guard portText.utf8.allSatisfy(Self.isDigit), let number = Int(portText),
        (1...65_535).contains(number)
      else { return nil }
      port = number
    }
    self.init(scheme: scheme, host: host.lowercased(), port: port)
  }

  /// Labels of letters, digits, `-` and `_` with dots between them; 253 bytes at most (RFC 1035).
  static func isHostName(_ text: Substring) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
  }

  /// One label of a name: 63 bytes at most (RFC 1035).
  static func isLabel(_ text: Substring) -> Bool {
    (1...63).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
