package import Journal

/// Where the journal lives.
package enum JournalLocation: Equatable, Sendable, CustomStringConvertible {
  case sqlite(path: String)
  case postgreSQL(PostgreSQLAddress)

  static let accepted = "sqlite:PATH, postgres://USER@HOST:PORT/DATABASE"

  /// Reads a URL of one of the ``accepted`` forms.
  package init?(_ url: String) {
    if let address = PostgreSQLAddress(url) {
      self = .postgreSQL(address)
      return
    }
    guard url.hasPrefix("sqlite:") else { return nil }
    let path = url.dropFirst("sqlite:".count)
    guard !path.isEmpty else { return nil }
    self = .sqlite(path: String(path))
  }

  /// `nil` where replicas on many machines need the same keys.
  package var defaultKeysPath: String? {
    switch self {
    case .sqlite(let path): path + ".keys"
    case .postgreSQL: nil
    }
  }

  /// Without any secret.
  package var description: String {
    switch self {
    case .sqlite(let path): "sqlite:\(path)"
    case .postgreSQL(let address): address.description
    }
  }
}
