import GRDB
package import Provisioning

/// What operators may ask of a journal, beside the service that has it open or through it.
package protocol OperatedJournal: Sendable {
  /// Gives the verdict on a creation that is UNRESOLVED; durable when it returns. Giving it again is
  /// no error.
  ///
  /// - Parameter name: of the operator, for the record.
  func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal)

  /// Copies the database, without its keys, to a file that is not there yet; durable when it
  /// returns. All that was durable when it began is in it.
  ///
  /// - Returns: the records in it.
  func backUp(to path: String) async throws(OperatorRefusal) -> Int
}

extension SQLiteJournal: OperatedJournal {
  /// Of the database, without symbolic links.
  package var path: String { reader.database.path }

  package func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal) {
    try await OperatorResolution(store: creations, clock: clock).resolve(id, as: verdict, by: name)
  }

  package func backUp(to path: String) async throws(OperatorRefusal) -> Int {
    try await SQLiteBackup(source: reader.database).write(to: path)
  }
}

extension PostgreSQLJournal: OperatedJournal {
  package func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal) {
    try await OperatorResolution(store: creations, clock: clock).resolve(id, as: verdict, by: name)
  }

  package func backUp(to path: String) async throws(OperatorRefusal) -> Int {
    throw OperatorRefusal("a journal in PostgreSQL is backed up by the server's own means: pg_dump")
  }
}
