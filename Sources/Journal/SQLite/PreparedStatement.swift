import Foundation
import GRDB
import GRDBSQLite

/// A statement of the writer's connection that is run for each record: bound by SQLite's own calls,
/// because the boxes that GRDB puts around values cost more than the insertion itself.
///
/// Used inside the connection's own access only, and finalized before it is closed.
@safe final class PreparedStatement {
  private let statement: OpaquePointer

  init(_ sql: String, _ db: Database) throws {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      db.sqliteConnection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code))
    }
    unsafe statement = prepared
  }

  deinit {
    unsafe sqlite3_finalize(statement)
  }

  /// Runs to the end a statement that gives no rows.
  ///
  /// - Parameter bind: adds a value for each `?`, in their order.
  /// - Returns: how many rows it changed.
  @discardableResult
  func run(_ bind: (inout Values) -> Void = { _ in }) throws -> Int {
    var values = unsafe Values(statement: statement)
    bind(&values)
    let stepped = unsafe sqlite3_step(statement)
    let changes = unsafe sqlite3_changes(sqlite3_db_handle(statement))
    unsafe sqlite3_reset(statement)
    guard values.code == SQLITE_OK else { throw error(values.code) }
    guard stepped == SQLITE_DONE else { throw error(stepped) }
    return Int(changes)
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(resultCode: ResultCode(rawValue: code))
  }

  /// The values of one run. A bound value stays until the next run replaces it, so each `?` has to
  /// get one, `nil` included.
  @safe struct Values: ColumnWriter {
    /// SQLite makes a copy of what is bound.
    private static let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let statement: OpaquePointer
    private var position: Int32 = 0
    /// Of the first value that was not taken.
    fileprivate var code = SQLITE_OK

    fileprivate init(statement: OpaquePointer) {
      unsafe self.statement = statement
    }

    mutating func add(_ integer: Int64?) {
      guard let integer else { return addNull() }
      unsafe next { unsafe sqlite3_bind_int64($0, $1, integer) }
    }

    mutating func add(_ text: String?) {
      guard var text else { return addNull() }
      text.withUTF8 { utf8 in
        let length = Int32(utf8.count)
        unsafe next {
          unsafe sqlite3_bind_text(
            $0, $1, UnsafeRawPointer(utf8.baseAddress)?.assumingMemoryBound(to: CChar.self), length,
            Self.transient)
        }
      }
    }

    mutating func add(_ bytes: Data?) {
      guard let bytes else { return addNull() }
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe next {
          unsafe sqlite3_bind_blob($0, $1, bytes.baseAddress, Int32(bytes.count), Self.transient)
        }
      }
    }

    private mutating func addNull() {
      unsafe next { unsafe sqlite3_bind_null($0, $1) }
    }

    private mutating func next(_ bind: (OpaquePointer, Int32) -> Int32) {
      position += 1
      let bound = unsafe bind(statement, position)
      if code == SQLITE_OK { code = bound }
    }
  }
}
