import Journal
import Logging

/// The operator's work on journals, without a running service.
package enum JournalOperations {
  /// The SQL that makes a journal's tables in PostgreSQL.
  package static func schema(role: String?) -> String { PostgreSQLScript.text(role: role) }

  /// Copies a journal from SQLite to PostgreSQL.
  ///
  /// - Returns: what was copied, in one line.
  package static func copy(
    from source: String, to target: String, keysPath: String?
  ) throws(StartError) -> String {
    guard let from = JournalLocation(source), case .sqlite(let path) = from else {
      throw StartError(.usage, "the journal to copy from: accepted: sqlite:PATH")
    }
    guard case .postgreSQL(let address) = JournalLocation(target) else {
      throw StartError(
        .usage, "the journal to copy to: accepted: postgres://USER@HOST:PORT/DATABASE")
    }
    do {
      let report = try JournalCopy(
        from: path, keysDirectory: keysPath ?? path + ".keys", to: address,
        logger: Logger(label: "provisiond")
      ).run()
      return "copied \(report.records) records and \(report.creations) creations to \(address), "
        + "sha256 \(report.digest)"
    } catch {
      throw StartError(error)
    }
  }
}
