/// What went wrong between this process and a PostgreSQL server. The texts hold no value of a row
/// and no password: of the server's own words only the SQLSTATE is kept.
enum PostgreSQLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no connection, or it was lost: what became of a transaction under way is unknown.
  case unreachable(String)
  /// The server refused, and wrote nothing.
  ///
  /// - Parameters:
  ///   - state: five characters, see PostgreSQL's manual, appendix A.
  ///   - table: whose constraint it was, where the server says so.
  case refused(state: String, table: String?)

  var description: String {
    switch self {
    case .unreachable(let reason): reason
    case .refused(let state, _): "PostgreSQL error \(state)"
    }
  }
}

/// What an SQLSTATE asks of whoever gets it.
enum PostgreSQLVerdict: Equatable, Sendable {
  /// Another transaction was in the way: the same may work at once.
  case again
  /// This statement's own values cannot be stored.
  case unstorable
  /// The server does not do its work for now: full, stopping, starting, read-only.
  case laterAgain
  /// Nothing helps but another setting: a password, a right, a missing table.
  case misconfigured

  init(state: String) {
    switch (state, state.prefix(2)) {
    // A lock that took too long, and a name that a concurrent transaction took meanwhile.
    case ("55P03", _), (_, "40"): self = .again
    case ("57P04", _): self = .misconfigured
    case (_, "22"), (_, "23"): self = .unstorable
    case (_, "28"), (_, "3D"), (_, "3F"), (_, "42"), (_, "0A"): self = .misconfigured
    default: self = .laterAgain
    }
  }
}
