import Foundation
import GRDB
import GRDBSQLite
import Provisioning
import Text

/// A statement of the writer's connection that is run for each record: bound by SQLite's own calls,
/// because the boxes that GRDB puts around values cost more than the insertion itself.
///
/// Used inside the connection's own access only, and finalized before it is closed.
@safe final class PreparedStatement {
  private let statement: OpaquePointer
  private var values = Values()

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
    values.removeAll()
    bind(&values)
    return try unsafe values.withBound(to: statement) { bound in
      guard bound == SQLITE_OK else { throw Self.error(bound) }
      let stepped = unsafe sqlite3_step(statement)
      let changes = unsafe sqlite3_changes(sqlite3_db_handle(statement))
      unsafe sqlite3_reset(statement)
      guard stepped == SQLITE_DONE else { throw Self.error(stepped) }
      return Int(changes)
    }
  }

  private static func error(_ code: Int32) -> DatabaseError {
    DatabaseError(resultCode: ResultCode(rawValue: code))
  }
}

extension PreparedStatement {
  /// The values of one run, side by side in one buffer that is used again and again: SQLite reads
  /// them where they are, where it would otherwise allocate a copy of each.
  struct Values: ColumnWriter {
    private enum Value {
      case null
      case integer(Int64)
      case text(Range<Int>)
      case blob(Range<Int>)
    }

    private var values: [Value] = []
    /// Never empty: SQLite takes a value without an address for NULL.
    private var bytes: [UInt8] = [0]

    fileprivate mutating func removeAll() {
      values.removeAll(keepingCapacity: true)
      bytes.removeSubrange(1...)
    }

    mutating func add(_ integer: Int64?) {
      values.append(integer.map { .integer($0) } ?? .null)
    }

    mutating func add(_ text: String?) {
      guard let text else { return values.append(.null) }
      let start = bytes.count
      bytes.append(utf8Of: text)
      values.append(.text(start..<bytes.count))
    }

    mutating func add(_ data: Data?) {
      guard let data else { return values.append(.null) }
      let start = bytes.count
      unsafe data.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      values.append(.blob(start..<bytes.count))
    }

    mutating func add(_ identifier: Identifier?) {
      guard let identifier else { return values.append(.null) }
      let start = bytes.count
      bytes.append(contentsOf: identifier.bytes)
      values.append(.blob(start..<bytes.count))
    }

    /// - Parameter body: gets the first code that is not SQLITE_OK, if there is one. The values stay
    ///   bound up to its end.
    fileprivate func withBound<Result>(
      to statement: OpaquePointer, _ body: (Int32) throws -> Result
    ) rethrows -> Result {
      try unsafe bytes.withUnsafeBytes { bytes in
        var code = SQLITE_OK
        for (index, value) in values.enumerated() where code == SQLITE_OK {
          code = unsafe Self.bind(value, of: bytes, to: statement, Int32(index + 1))
        }
        return try body(code)
      }
    }

    private static func bind(
      _ value: Value, of bytes: UnsafeRawBufferPointer, to statement: OpaquePointer, _ index: Int32
    ) -> Int32 {
      switch value {
      case .null: unsafe sqlite3_bind_null(statement, index)
      case .integer(let integer): unsafe sqlite3_bind_int64(statement, index, integer)
      case .text(let range):
        unsafe sqlite3_bind_text(
          statement, index, start(range, bytes)?.assumingMemoryBound(to: CChar.self),
          Int32(range.count), nil)
      case .blob(let range):
        unsafe sqlite3_bind_blob(statement, index, start(range, bytes), Int32(range.count), nil)
      }
    }

    private static func start(
      _ range: Range<Int>, _ bytes: UnsafeRawBufferPointer
    ) -> UnsafeRawPointer? {
      unsafe bytes.baseAddress.map { unsafe $0 + range.lowerBound }
    }
  }
}
