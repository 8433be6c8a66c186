import Foundation
import Provisioning

/// Creations as they stand in PostgreSQL.
struct PostgreSQLCreationReader: CreationReader {
  static let statements = [
    PostgreSQLCreationTable.byKey, PostgreSQLCreationTable.byID,
    PostgreSQLCreationTable.abandoned, PostgreSQLCreationTable.creators,
  ]

  let reader: PostgreSQLReader

  func row(_ key: CreationKey) async throws(JournalError) -> CreationRow? {
    try await rows(PostgreSQLCreationTable.row(key)).first
  }

  func row(_ id: Identifier) async throws(JournalError) -> CreationRow? {
    try await rows(PostgreSQLCreationTable.row(id)).first
  }

  func abandoned(before time: Int64, limit: Int) async throws(JournalError) -> [CreationRow] {
    try await rows(
      PostgreSQLCall(
        statement: PostgreSQLCreationTable.abandoned,
        values: [.integer(time), .integer(Int64(limit))]))
  }

  func creators(
    of name: NameInPool, since time: Int64
  ) async throws(JournalError) -> [CreationRow] {
    try await rows(
      PostgreSQLCall(
        statement: PostgreSQLCreationTable.creators,
        values: [.integer(time), .text(name.poolID), .bytes(Data(name.user.bytes))]))
  }

  private func rows(_ call: PostgreSQLCall) async throws(JournalError) -> [CreationRow] {
    do {
      return try await reader.rows(call).map { row in try CreationRow(row) }
    } catch let error as JournalError {
      throw error
    } catch {
      throw .unavailable("a stored creation is damaged")
    }
  }
}
