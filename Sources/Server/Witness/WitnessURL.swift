import Foundation

/// Where a witness takes checkpoints: its submission prefix (C2SP tlog-witness).
package struct WitnessURL: Equatable, Sendable, CustomStringConvertible {
  static let accepted = "https://HOST[:PORT][/PREFIX] or http://…"

  let isSecure: Bool
  let host: String
  let port: Int
  /// Of the call, e.g. `/add-checkpoint`.
  let path: String
  /// What the request says of whom it asks.
  let hostHeader: String
  package let description: String

  /// `nil` for a text of another form, and for one with a user, a query or a fragment.
  package init?(_ text: String) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty,
      parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
      (1...65_535).contains(parts.port ?? 1)
    else { return nil }
    isSecure = scheme == "https"
    // An address of IPv6 stands in brackets.
    self.host = host.trimmingCharacters(in: ["[", "]"])
    port = parts.port ?? (isSecure ? 443 : 80)
    let prefix = parts.percentEncodedPath
    path = (prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix) + "/add-checkpoint"
    let name = self.host.contains(":") ? "[\(self.host)]" : self.host
    hostHeader = parts.port.map { "\(name):\($0)" } ?? name
    description = text
  }
}
