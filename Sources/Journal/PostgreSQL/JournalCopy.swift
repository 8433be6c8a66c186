import Crypto
import Foundation
import GRDB
package import Logging
import Provisioning

/// Copies a journal from a SQLite file that no service has open to an empty one in PostgreSQL: the
/// same records, byte for byte, under the same numbers and keys. All of it in one transaction, which
/// is committed only when what stands in PostgreSQL has been read back and is the same.
package struct JournalCopy {
  /// What was copied.
  package struct Report: Equatable, Sendable {
    package var records = 0
    package var creations = 0
    /// SHA-256 of all rows, in hexadecimal.
    package var digest = ""
  }

  /// Rows that are on their way at a time.
  private static let batchSize = 500

  private let path: String
  private let address: PostgreSQLAddress
  private let keysDirectory: String
  private let logger: Logger

  /// - Parameters:
  ///   - path: of the SQLite file.
  ///   - keysDirectory: of the journal's keys, which stay the same.
  package init(
    from path: String, keysDirectory: String, to address: PostgreSQLAddress, logger: Logger
  ) {
    self.path = path
    self.address = address
    self.keysDirectory = keysDirectory
    self.logger = logger
  }

  /// Blocks.
  package func run() throws(JournalOpenError) -> Report {
    do {
      let file = try POSIXFile.canonicalPath(path)
      let lock = try JournalLock.acquire(path: file + ".lock")
      defer { lock.release() }
      let source = try JournalCopySource(path: file)
      let (upstream, origin) = try source.identity(keysDirectory: keysDirectory)
      let opened = try PostgreSQLOpening(address: address, origin: origin, logger: logger)
        .open(keysDirectory: keysDirectory, upstream: upstream)
      guard opened.signer.origin == origin else {
        throw problem("the journal there has checkpoints of its own already")
      }
      return try copy(source)
    } catch let error as JournalOpenError {
      throw error
    } catch let error as POSIXFile.Failure {
      throw .notWritable(path: path, reason: error.reason)
    } catch let error as DatabaseError {
      throw .damaged(path: path, reason: SQLiteStore.text(of: error))
    } catch {
      throw problem("\(error)")
    }
  }

  private func problem(_ text: String) -> JournalOpenError {
    .server(address: address.description, problem: text)
  }

  private func copy(_ source: JournalCopySource) throws -> Report {
    let tables = JournalCopyTable.all
    let connection = try PostgreSQLConnection.session(
      address,
      statements: tables.flatMap(\.statements) + PostgreSQLTree.statements
        + PostgreSQLUpkeep.statements)
    try connection.run(script: JournalCopyTable.begin, within: PostgreSQLLimits.answer)
    var written = Report()
    for table in tables {
      guard try connection.rows(PostgreSQLCall(statement: table.first)).isEmpty else {
        throw problem("the journal is not empty: its table \(table.name) has rows")
      }
      written.add(try insert(table, of: source, connection), to: table)
    }
    try connection.run(script: JournalCopyTable.numbers, within: PostgreSQLLimits.answer)
    let keyTimes = PostgreSQLUpkeep.call(for: .register(try source.keyTimes()), nil)
    if case .rolledBack(_, let error) = try connection.transaction(
      [keyTimes], within: PostgreSQLLimits.answer)
    {
      throw error
    }
    var stored = Report()
    var tree = TreeAppender()
    for table in tables { stored.add(try readBack(table, &tree, connection), to: table) }
    guard stored == written else {
      throw problem("what was read back is not what was copied; nothing was left there")
    }
    try grow(tree, to: try source.treeHead(), connection)
    try connection.run(script: "COMMIT", within: PostgreSQLLimits.answer)
    return stored
  }

  private func insert(
    _ table: JournalCopyTable, of source: JournalCopySource, _ connection: PostgreSQLConnection
  ) throws -> JournalCopyDigest {
    var digest = JournalCopyDigest()
    try source.forEachBatch(of: table, size: Self.batchSize) { rows in
      let calls = rows.map { PostgreSQLCall(statement: table.insert, values: $0) }
      if case .rolledBack(_, let error) = try connection.transaction(
        calls, within: PostgreSQLLimits.answer)
      {
        throw error
      }
      for row in rows { digest.add(row) }
    }
    return digest
  }

  /// The tree there becomes what it is here, with the same checkpoint.
  private func grow(
    _ tree: TreeAppender, to head: TreeHead, _ connection: PostgreSQLConnection
  ) throws {
    guard tree.hasCome(to: head) else {
      throw problem("the tree is not what the records come to; nothing was left there")
    }
    guard head.size > 0 else { return }
    let calls = [PostgreSQLTree.insert(tree.completed), PostgreSQLTree.update(head, from: 0)]
    if case .rolledBack(_, let error) = try connection.transaction(
      calls, within: PostgreSQLLimits.answer)
    {
      throw error
    }
  }

  /// - Parameter tree: grows by the records.
  private func readBack(
    _ table: JournalCopyTable, _ tree: inout TreeAppender, _ connection: PostgreSQLConnection
  ) throws -> JournalCopyDigest {
    var digest = JournalCopyDigest()
    var place = table.start
    while true {
      let rows = try connection.rows(
        PostgreSQLCall(
          statement: table.page, values: [place, .integer(Int64(Self.batchSize))]))
      for row in rows {
        if let record = table.record {
          let hash = try row.data(record.hash).present()
          if let bytes = try row.data(record.bytes), hash != JournalRecord.leafHash(of: bytes) {
            throw problem("a record does not give the hash that was stored with it")
          }
          let time = try row.integer(record.time).present()
          guard try row.integer(record.treeIndex) == tree.size,
            try time == tree.append(hash, at: row.integer(record.wallTime) ?? time)
          else { throw problem("a record is not at its place in the tree") }
        }
        digest.add(row)
      }
      guard let last = rows.last else { return digest }
      place = try table.place(of: last)
    }
  }
}

extension JournalCopy.Report {
  fileprivate mutating func add(_ digest: JournalCopyDigest, to table: JournalCopyTable) {
    if table.record == nil { creations = digest.count } else { records = digest.count }
    self.digest += self.digest.isEmpty ? digest.text : ":" + digest.text
  }
}

/// The hash of rows in their order: every column with its length.
private struct JournalCopyDigest {
  private(set) var count = 0
  private var hash = SHA256()

  var text: String { hexadecimal(hash.finalize()) }

  mutating func add(_ row: PostgreSQLRow) {
    count += 1
    for column in row.columns { add(column) }
  }

  mutating func add(_ values: [PostgreSQLValue]) {
    count += 1
    for value in values {
      var bytes: [UInt8] = []
      add(value.append(to: &bytes) ? Data(bytes) : nil)
    }
  }

  private mutating func add(_ column: Data?) {
    hash.update(data: Data("\(column?.count ?? -1):".utf8))
    if let column { hash.update(data: column) }
  }
}
