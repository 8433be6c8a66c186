import Provisioning

/// An index of `audit_record`, and the statement that walks along it. The text is the same for every
/// database, but for what a ``Dialect`` says differently.
enum AuditIndex: String, CaseIterable {
  case time, creation, request, user, caller, kind, organization

  /// Of these the trail is full: an index of them would cost each creation two entries, and save
  /// nobody anything.
  static let commonKinds: [AuditEvent.Kind] = [.created, .intended]

  /// The values of a statement, by their numbers.
  enum Parameter: Int, CaseIterable {
    case beforeTime = 1
    case beforeSequence, startTime, limit, reach, caller, kind, request, organizations, userHashes
    /// What the records of the path have in common.
    case path
  }

  /// What databases say in different ways.
  struct Dialect: Sendable {
    /// A parameter by its number.
    var parameter: @Sendable (Parameter) -> String
    /// Whether a column has one of the values of a list.
    var isOneOf: @Sendable (_ column: String, Parameter) -> String
    /// The table, walked along this index.
    var table: @Sendable (AuditIndex) -> String
  }

  init(_ path: AuditScan.Path) {
    self =
      switch path {
      case .all: .time
      case .creation: .creation
      case .request: .request
      case .user: .user
      case .caller: .caller
      case .kind: .kind
      case .organization: .organization
      }
  }

  /// Records whose bodies are gone by their age are the first of the trail. They have lost what the
  /// other indexes go by; no more than those of a day are looked at here.
  private static let isKept = """
    seq > (SELECT coalesce(max(seq), 0) FROM audit_record WHERE record IS NULL)
      AND wall_us >= (SELECT coalesce(max(wall_us), 0) - 86400000000 FROM audit_record
        WHERE seq = (SELECT max(seq) FROM audit_record WHERE record IS NULL))
    """

  private func condition(_ dialect: Dialect) -> String {
    let value = dialect.parameter(.path)
    return switch self {
    case .time: "\(value) IS NULL AND \(Self.isKept)"
    case .creation: "creation_id = \(value)"
    case .request: "request_id <> '' AND request_id = \(value)"
    // A quarter of the hash is in the index: enough to find a user by, in a third of the space. The
    // whole of it is among the conditions.
    case .user:
      "user_hash IS NOT NULL AND substr(user_hash, 1, 16) = substr(\(value), 1, 16)"
    case .caller: "caller_id = \(value)"
    case .kind: "kind <> 'created' AND kind <> 'intended' AND kind = \(value) AND \(Self.isKept)"
    case .organization: "organization = \(value)"
    }
  }

  /// Gives the places that match (`is_end` 0) and, where the reach ended first, the last that was
  /// looked at (`is_end` 1).
  func statement(_ dialect: Dialect) -> String {
    let value = dialect.parameter
    func isWanted(_ column: String, _ parameter: Parameter) -> String {
      "(\(value(parameter)) IS NULL OR \(column) = \(value(parameter)))"
    }
    func isListed(_ column: String, _ parameter: Parameter) -> String {
      "(\(value(parameter)) IS NULL OR \(dialect.isOneOf(column, parameter)))"
    }
    return """
      WITH scanned AS MATERIALIZED (
        SELECT wall_us, seq, caller_id, kind, request_id, organization, user_hash
        FROM \(dialect.table(self))
        WHERE \(condition(dialect)) AND wall_us >= \(value(.startTime))
          AND wall_us <= \(value(.beforeTime))
          AND (wall_us < \(value(.beforeTime)) OR seq < \(value(.beforeSequence)))
        ORDER BY wall_us DESC, seq DESC LIMIT \(value(.reach)))
      SELECT wall_us, seq, 0 AS is_end FROM (
        SELECT wall_us, seq FROM scanned
        WHERE \(isWanted("caller_id", .caller)) AND \(isWanted("kind", .kind))
          AND \(isWanted("request_id", .request))
          AND \(isListed("organization", .organizations))
          AND \(isListed("user_hash", .userHashes))
        ORDER BY wall_us DESC, seq DESC LIMIT \(value(.limit))) AS matching
      UNION ALL
      SELECT wall_us, seq, 1 AS is_end FROM (
        SELECT wall_us, seq FROM scanned ORDER BY wall_us DESC, seq DESC
        LIMIT 1 OFFSET \(value(.reach)) - 1) AS ending
      """
  }
}
