import Foundation
import GRDB
import Provisioning

/// A table that is copied as it is.
struct JournalCopyTable {
  /// Keeps everybody else from writing.
  static let begin = "BEGIN; LOCK TABLE audit_record, creation, tree_head IN EXCLUSIVE MODE"
  /// New records go on behind those that were copied.
  static let numbers = """
    SELECT setval(pg_get_serial_sequence('audit_record', 'seq'), max(seq)) FROM audit_record
      HAVING max(seq) IS NOT NULL
    """

  static let all = [
    JournalCopyTable(
      name: "audit_record",
      columns: [.integer("seq"), .integer("tree_index"), .integer("hlc_us")]
        + JournalRecord.columns, key: "seq", start: .integer(.min)),
    JournalCopyTable(
      name: "creation", columns: CreationRow.columns, key: "creation_id", start: .bytes(Data())),
  ]

  let name: String
  let columns: [Column]
  /// The column that orders the rows.
  let key: String
  /// Less than any row's.
  let start: PostgreSQLValue

  /// From SQLite, where a record's place in the tree follows from its number.
  var select: String {
    let names = columns.map { $0.name == "tree_index" ? "seq - 1" : $0.name }
    return "SELECT \(names.joined(separator: ", ")) FROM \(name) ORDER BY \(key)"
  }

  /// Where a record and what the tree knows of it stand.
  struct RecordPlaces {
    var treeIndex: Int
    var time: Int
    var wallTime: Int
    var bytes: Int
    var hash: Int
  }

  /// `nil` for a table without records.
  var record: RecordPlaces? {
    let places = Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), columns.indices))
    guard let treeIndex = places["tree_index"], let time = places["hlc_us"],
      let wallTime = places["wall_us"], let bytes = places["record"], let hash = places["leaf_hash"]
    else { return nil }
    return RecordPlaces(
      treeIndex: treeIndex, time: time, wallTime: wallTime, bytes: bytes, hash: hash)
  }

  var statements: [PostgreSQLStatement] { [first, insert, page] }

  var first: PostgreSQLStatement {
    PostgreSQLStatement(name: "\(name)_first", sql: "SELECT 1 FROM \(name) LIMIT 1", types: [])
  }

  var insert: PostgreSQLStatement {
    PostgreSQLStatement(
      name: "\(name)_insert",
      sql: """
        INSERT INTO \(name) (\(columns.names)) OVERRIDING SYSTEM VALUE
        VALUES (\(PostgreSQLSchema.parameters(columns.count)))
        """, types: columns.postgreSQLTypes)
  }

  var page: PostgreSQLStatement {
    PostgreSQLStatement(
      name: "\(name)_page",
      sql: "SELECT \(columns.names) FROM \(name) WHERE \(key) > $1 ORDER BY \(key) LIMIT $2",
      types: [key == "seq" ? .integer : .bytes, .integer])
  }

  /// Where the next page begins.
  func place(of row: PostgreSQLRow) throws(ColumnMismatch) -> PostgreSQLValue {
    let index = columns.firstIndex { $0.name == key } ?? 0
    if case .integer = start { return .integer(try row.integer(index).present()) }
    return .bytes(try row.data(index).present())
  }
}

/// The SQLite file of a journal, read only.
struct JournalCopySource {
  private let path: String
  private let database: DatabaseQueue

  /// - Parameter path: of a file whose lock is held.
  init(path: String) throws {
    guard try POSIXFile.mode(of: path) != nil else {
      throw JournalOpenError.notWritable(path: path, reason: "there is no such file")
    }
    self.path = path
    var configuration = Configuration()
    configuration.label = "journal.copy"
    configuration.prepareDatabase { db in
      guard
        try Int.fetchOne(db, sql: "PRAGMA application_id") == JournalSchema.applicationID
      else { throw JournalOpenError.notAJournal(path: path) }
      // What a killed process left in the WAL is recovered all the same.
      try db.execute(sql: "PRAGMA query_only = ON")
    }
    database = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// The kind of upstream that the journal belongs to, and its name, if these are its keys.
  func identity(keysDirectory: String) throws -> (upstream: JournalUpstream, origin: String) {
    let meta = try database.read { db in try SQLiteStore.allMeta(db) }
    guard
      meta[JournalSchema.MetaKey.schemaVersion] == String(JournalSchema.version),
      let upstream = meta[JournalSchema.MetaKey.upstream].flatMap(JournalUpstream.init(rawValue:)),
      let origin = meta[JournalSchema.MetaKey.origin]
    else {
      throw JournalOpenError.damaged(
        path: path, reason: "its schema is not this release's; start the service on it once")
    }
    let keys = try JournalKeys.open(directory: keysDirectory, mayCreate: false)
    try KeyRegister(meta: meta).check(keys, directory: keysDirectory)
    return (upstream, origin)
  }

  /// When the epochs of the keys were made and destroyed.
  func keyTimes() throws -> [(name: String, value: String)] {
    KeyRegister(meta: try database.read { db in try SQLiteStore.allMeta(db) }).times
  }

  func treeHead() throws -> TreeHead {
    try database.read { db in try SQLiteTree.head(db) }
  }

  /// The rows of a table, in the order of its key.
  func forEachBatch(
    of table: JournalCopyTable, size: Int, _ body: ([[PostgreSQLValue]]) throws -> Void
  ) throws {
    try database.read { db in
      var batch: [[PostgreSQLValue]] = []
      let rows = try Row.fetchCursor(db, sql: table.select)
      while let row = try rows.next() {
        batch.append(row.databaseValues.map(PostgreSQLValue.init))
        guard batch.count == size else { continue }
        try body(batch)
        batch.removeAll(keepingCapacity: true)
      }
      if !batch.isEmpty { try body(batch) }
    }
  }
}

extension PostgreSQLValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let integer): self = .integer(integer)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .bytes(data)
    case .double(let number): self = .integer(Int64(number))
    }
  }
}
