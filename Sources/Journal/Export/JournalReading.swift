import GRDB
package import Logging
package import Provisioning

/// A journal as it is read from outside of the service: beside one that writes it, or without.
package final class JournalReading: SealedRecordReader {
  private let reader: any TreeReader
  private let end: @Sendable () -> Void

  private init(reader: any TreeReader, end: @escaping @Sendable () -> Void) {
    self.reader = reader
    self.end = end
  }

  /// Opens a journal in SQLite. Blocks.
  package static func open(sqlitePath path: String) throws(JournalOpenError) -> JournalReading {
    do {
      guard try POSIXFile.mode(of: path) != nil else {
        throw JournalOpenError.notReadable(path: path, reason: "there is no such file")
      }
      let reader = try AuditReader(path: path)
      let application = try reader.database.read {
        try Int.fetchOne($0, sql: "PRAGMA application_id")
      }
      guard application == JournalSchema.applicationID else {
        throw JournalOpenError.notAJournal(path: path)
      }
      return JournalReading(reader: reader) { reader.close() }
    } catch let error as JournalOpenError {
      throw error
    } catch let failure as POSIXFile.Failure {
      throw JournalOpenError(failure, path: path)
    } catch let error as DatabaseError {
      throw SQLiteStore.openError(error, path: path)
    } catch {
      throw .notReadable(path: path, reason: "unknown error")
    }
  }

  /// Connects to a journal in PostgreSQL. Blocks.
  package static func open(
    address: PostgreSQLAddress, logger: Logger
  ) throws(JournalOpenError) -> JournalReading {
    let reader = PostgreSQLReader(
      address: address, statements: PostgreSQLTreeReader.statements, logger: logger)
    reader.waitForFirstAnswer(atMost: PostgreSQLLimits.connect)
    guard reader.isAnswered else {
      reader.close()
      throw .unreachable(address: address.description, reason: "it cannot be read")
    }
    return JournalReading(reader: PostgreSQLTreeReader(reader: reader)) { reader.close() }
  }

  package func close() { end() }

  package func newestCheckpoint() async throws(JournalError) -> SignedCheckpoint {
    try await reader.newestCheckpoint()
  }

  package func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord] {
    try await reader.records(from: treeIndex, limit: limit)
  }

  package func sealedSize() async throws(JournalError) -> Int64 {
    try await reader.sealedSize()
  }
}
