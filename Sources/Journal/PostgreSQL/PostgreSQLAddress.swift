/// Where a PostgreSQL journal is: a connection URI as libpq has it (PostgreSQL's manual, 34.1.1.2).
/// What is left out comes from libpq's own sources: PGPASSFILE, PGSSLROOTCERT and so on.
package struct PostgreSQLAddress: Equatable, Sendable, CustomStringConvertible {
  private static let schemes = ["postgres://", "postgresql://"]

  /// With whatever secret is in it.
  let url: String
  /// Host, port and database; neither a user nor a parameter.
  package let description: String

  /// `nil` for a text that libpq does not take.
  package init?(_ url: String) {
    guard
      Self.schemes.contains(where: url.hasPrefix), !url.contains("\0"),
      let values = PostgreSQLConnection.parse(url)
    else { return nil }
    self.url = url
    let host = values["host"] ?? values["hostaddr"] ?? ""
    let port = values["port"].map { ":\($0)" } ?? ""
    description = "postgres://\(host)\(port)/\(values["dbname"] ?? "")"
  }
}
