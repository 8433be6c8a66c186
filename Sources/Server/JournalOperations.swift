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

  /// What the verification of a journal came to.
  package struct Verdict: Equatable, Sendable {
    package let isSound: Bool
    /// Names the first entry that is wrong, if one is.
    package let line: String
  }

  /// Looks at the whole of a journal; only reads.
  package static func verify(_ journal: String) throws(StartError) -> Verdict {
    guard let location = JournalLocation(journal) else {
      throw StartError(.usage, "the journal to verify: accepted: \(JournalLocation.accepted)")
    }
    do {
      let report =
        switch location {
        case .sqlite(let path): try JournalVerification.run(sqlitePath: path)
        case .postgreSQL(let address): try JournalVerification.run(address: address)
        }
      return Verdict(
        isSound: true,
        line: "\(location): \(report.records) records, \(report.creations) creations: sound")
    } catch let finding as JournalVerification.Finding {
      return Verdict(isSound: false, line: "\(location): \(finding)")
    } catch let error as JournalOpenError {
      throw StartError(error)
    } catch {
      throw StartError(.internalError, "\(location): it cannot be verified")
    }
  }
}
