import Foundation
import GRDB
import Provisioning

/// The SQLite database of a journal: the one connection that writes, with its lock.
///
/// The writer is a `DatabaseQueue` on purpose: GRDB sets `synchronous = NORMAL` on every connection
/// that it turns to WAL itself, and NORMAL loses acknowledged records at a power cut.
final class SQLiteStore: RecordStore {
  /// Seconds that another connection may hold the write lock, e.g. an operator's `sqlite3`.
  static let busyTimeout = 1.0
  /// Pages in the WAL before a commit copies them into the database: 16 MiB, four times SQLite's own
  /// default, because of a page that was written again and again only the last is copied.
  private static let checkpointPages = 4000
  /// KiB of pages that the writer keeps: those of a large group, which would otherwise be read again
  /// and again, and the ends of the indexes.
  private static let cacheSize = 4096

  private let database: DatabaseQueue
  private let lock: JournalLock
  /// Touched inside the database's own access only, which lets in one at a time.
  private nonisolated(unsafe) var prepared: GroupTransaction?
  private nonisolated(unsafe) var logEmptying: LogEmptying
  let keys: JournalKeys
  let signer: CheckpointSigner

  /// Opens the database, or makes it, and takes its lock.
  ///
  /// - Parameters:
  ///   - path: canonical, see ``POSIXFile/canonicalPath(_:)``.
  ///   - anchor: a checkpoint that the journal has to reach.
  init(
    path: String, keysDirectory: String, upstream: JournalUpstream?,
    anchor: SignedCheckpoint? = nil
  ) throws(JournalOpenError) {
    _ = SQLiteMemory.isUncounted
    lock = try JournalLock.acquire(path: path + ".lock")
    do {
      let made = try upstream.flatMap {
        try NewDatabase.make(path: path, keysDirectory: keysDirectory, upstream: $0)
      }
      try Self.prepareFiles(path)
      database = try DatabaseQueue(path: path, configuration: Self.configuration(path))
      var emptying = LogEmptying()
      (keys, signer) = try database.inDatabase { db in
        let (keys, signer) =
          try made ?? Self.keys(of: db, path: path, directory: keysDirectory, upstream: upstream)
        try Self.probe(db, path: path)
        try Self.verifyHead(db, path: path)
        try emptying.run(db)
        try Self.verifyTree(db, path: path, signer: signer, anchor: anchor)
        return (keys, signer)
      }
      unsafe logEmptying = emptying
    } catch let error as JournalOpenError {
      throw error
    } catch let failure as POSIXFile.Failure {
      throw JournalOpenError(failure, path: path)
    } catch let error as DatabaseError {
      throw Self.openError(error, path: path)
    } catch {
      throw .notWritable(path: path, reason: "unknown error")
    }
  }

  /// The file is ours alone; SQLite gives the WAL and its index the mode of the database.
  private static func prepareFiles(_ path: String) throws {
    guard try POSIXFile.mode(of: path) != nil else {
      throw JournalOpenError.notAJournal(path: path)
    }
    for file in [path, path + "-wal", path + "-shm"] {
      if let mode = try POSIXFile.mode(of: file), mode & 0o177 != 0 {
        try POSIXFile.setMode(0o600, of: file)
      }
    }
  }

  private static func configuration(_ path: String) -> Configuration {
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.busyMode = .timeout(busyTimeout)
    configuration.prepareDatabase { db in
      guard try Int.fetchOne(db, sql: "PRAGMA application_id") == JournalSchema.applicationID else {
        throw JournalOpenError.notAJournal(path: path)
      }
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw JournalOpenError.notDurable(path: path, setting: "journal_mode = WAL")
      }
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
      try db.execute(sql: "PRAGMA cache_size = -\(cacheSize)")
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      // What is deleted or erased is overwritten with zeros.
      try db.execute(sql: "PRAGMA secure_delete = ON")
    }
    return configuration
  }

  /// The keys of a journal that is there already.
  private static func keys(
    of db: Database, path: String, directory: String, upstream: JournalUpstream?
  ) throws -> (JournalKeys, CheckpointSigner) {
    try checkVersion(db, path: path)
    if let upstream { try checkUpstream(db, path: path, wanted: upstream) }
    let keys = try JournalKeys.open(directory: directory, mayCreate: false)
    guard let origin = try meta(db, JournalSchema.MetaKey.origin) else {
      throw JournalOpenError.damaged(path: path, reason: "no name for its checkpoints")
    }
    let signer = try CheckpointSigner(origin: origin, directory: directory, mayCreate: false)
    try KeyRegister(meta: try allMeta(db)).check(keys, directory: directory)
    return (keys, signer)
  }

  /// Whoever starts on records that are not what their hashes say would seal them with its own.
  private static func verifyHead(_ db: Database, path: String) throws {
    let remembered =
      try meta(db, JournalSchema.MetaKey.verifiedPosition).flatMap { Int64($0) } ?? 0
    do {
      var verification = try HeadVerification(db, remembered: remembered)
      try verification.run(db)
      guard verification.position != remembered else { return }
      try db.execute(
        sql: JournalSchema.putMeta,
        arguments: [JournalSchema.MetaKey.verifiedPosition, String(verification.position)])
    } catch let damage as HeadVerification.Damage {
      throw JournalOpenError.damaged(path: path, reason: damage.reason)
    }
  }

  /// The tree has to end where the records do, and its checkpoint has to be ours.
  private static func verifyTree(
    _ db: Database, path: String, signer: CheckpointSigner, anchor: SignedCheckpoint?
  ) throws {
    let verification = TreeHeadVerification(signer: signer, anchor: anchor)
    do {
      let head = try SQLiteTree.head(db)
      let records = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM audit_record") ?? 0
      guard records == head.size else {
        throw TreeHeadVerification.Damage(
          reason: "its tree has \(head.size) records, and \(records) are there")
      }
      try verification.run(
        on: head, tiles: SQLiteTree.tiles(verification.tiles(of: head), inTreeOf: head.size, db))
    } catch let damage as TreeHeadVerification.Damage {
      throw JournalOpenError.damaged(path: path, reason: damage.reason)
    } catch is ColumnMismatch {
      throw JournalOpenError.damaged(path: path, reason: "its tree has no head")
    }
  }

  private static func checkVersion(_ db: Database, path: String) throws {
    guard let version = try meta(db, JournalSchema.MetaKey.schemaVersion).flatMap({ Int($0) })
    else {
      throw JournalOpenError.damaged(path: path, reason: "no schema version")
    }
    guard version == JournalSchema.version else {
      throw JournalOpenError.otherSchema(
        path: path, found: version, supported: JournalSchema.version)
    }
  }

  private static func checkUpstream(
    _ db: Database, path: String, wanted: JournalUpstream
  ) throws {
    let recorded = try meta(db, JournalSchema.MetaKey.upstream) ?? "none"
    guard recorded == wanted.rawValue else {
      throw JournalOpenError.wrongUpstream(path: path, recorded: recorded, wanted: wanted)
    }
  }

  /// Finds out at the start, not at the first call, that the table is not as expected or that the
  /// file cannot be written.
  private static func probe(_ db: Database, path: String) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
      throw JournalOpenError.notDurable(path: path, setting: "synchronous = FULL")
    }
    _ = try db.cachedStatement(sql: JournalSchema.insertRecord)
    _ = try db.cachedStatement(sql: CreationTable.insert)
    try db.inTransaction(.immediate) { .rollback }
  }

  private static func meta(_ db: Database, _ key: String) throws -> String? {
    try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
  }

  static func allMeta(_ db: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(db, sql: "SELECT key, value FROM meta")
    return try rows.reduce(into: [:]) { meta, row in
      meta[try row.decode(String.self, atIndex: 0)] = try row.decode(String.self, atIndex: 1)
    }
  }

  static func openError(_ error: DatabaseError, path: String) -> JournalOpenError {
    switch error.resultCode {
    case .SQLITE_IOERR, .SQLITE_FULL: .diskFailed(path: path, reason: text(of: error))
    case .SQLITE_NOTADB: .notAJournal(path: path)
    case .SQLITE_CORRUPT, .SQLITE_ERROR: .damaged(path: path, reason: text(of: error))
    case .SQLITE_BUSY, .SQLITE_LOCKED: .lockedBy(nil)
    default: .notWritable(path: path, reason: text(of: error))
    }
  }

  /// SQLite's own words for the code: neither the statement nor a value is in them.
  static func text(of error: DatabaseError) -> String {
    "SQLite error \(error.extendedResultCode)"
  }

  func close() {
    database.inDatabase { _ in unsafe prepared = nil }
    try? database.close()
    lock.release()
  }

  // MARK: Groups

  func commit(_ group: [JournalEntry]) -> GroupResult {
    database.inDatabase { db in
      do {
        let refusals = try transaction(db).run(group, db)
        if group.contains(where: \.erases) { unsafe logEmptying.owe() }
        try unsafe logEmptying.run(db)
        return .committed(refusals: refusals)
      } catch {
        return Self.rollBack(db, after: error)
      }
    }
  }

  func doIdleWork() -> IdleWork {
    database.inDatabase { db in
      do {
        try unsafe logEmptying.run(db)
        return unsafe logEmptying.isOwed ? .later : .none
      } catch {
        return .failed((error as? DatabaseError).map(Self.text) ?? "unknown error")
      }
    }
  }

  /// Made once, for the connection's life.
  private func transaction(_ db: Database) throws -> GroupTransaction {
    if let prepared = unsafe prepared { return prepared }
    let made = try GroupTransaction(db, signer: signer)
    unsafe prepared = made
    return made
  }

  /// A full disk and a lock held elsewhere leave the file as it was. After anything else, what a
  /// COMMIT left on the disk is unknown.
  private static func rollBack(_ db: Database, after error: any Error) -> GroupResult {
    guard let error = error as? DatabaseError else { return .failed("unknown error") }
    do {
      if db.isInsideTransaction { try db.rollback() }
    } catch {
      return .failed("the transaction cannot be rolled back")
    }
    switch error.resultCode {
    case .SQLITE_FULL, .SQLITE_BUSY, .SQLITE_LOCKED: return .stalled(text(of: error))
    default: return .failed(text(of: error))
    }
  }

  /// A setting as this connection has it.
  func setting(_ name: String) -> String? {
    database.inDatabase { db in
      try? String.fetchOne(db, sql: "PRAGMA \(name)")
    }
  }
}
