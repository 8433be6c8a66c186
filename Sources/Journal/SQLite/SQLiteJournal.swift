import GRDB
package import Logging
package import Provisioning

/// The journal in a SQLite file: creations, the audit records of every change of them, and an audit
/// trail to read those from.
///
/// What a write returned for is durable (fsync). All writing happens on one
/// thread of the journal, in groups; reading on connections of its own.
package final class SQLiteJournal: StoredJournal {
  let reader: AuditReader
  package let services: JournalServices

  /// Opens a journal, or makes it. Blocks; for the start of the process.
  ///
  /// - Parameters:
  ///   - path: of the database. Beside it lie its WAL and its index while it is open, and a lock.
  ///   - keysDirectory: made with mode 0700 when the journal is new.
  ///   - upstream: recorded in a new journal; an old one of the other kind is refused. `nil`: a
  ///     journal that is there already, of either kind.
  ///   - anchor: a checkpoint that the journal has to reach.
  package static func open(
    path: String, keysDirectory: String, upstream: JournalUpstream?,
    anchor: SignedCheckpoint? = nil, clock: any WallClock, identifiers: any IdentifierSource,
    logger: Logger
  ) throws(JournalOpenError) -> SQLiteJournal {
    let file = try canonical(path)
    let store = try SQLiteStore(
      path: file, keysDirectory: keysDirectory, upstream: upstream, anchor: anchor)
    let reader = try AuditReader(path: file)
    let services = JournalServices(
      writer: GroupCommitWriter(store: store, keys: store.keys, logger: logger),
      records: reader, rows: reader, proofs: JournalProofs(reader: reader, signer: store.signer),
      upkeep: reader, keys: store.keys, isShared: false, clock: clock, identifiers: identifiers,
      logger: logger)
    return SQLiteJournal(reader: reader, services: services)
  }

  private static func canonical(_ path: String) throws(JournalOpenError) -> String {
    do {
      return try POSIXFile.canonicalPath(path)
    } catch {
      throw JournalOpenError(error, path: path)
    }
  }

  init(reader: AuditReader, services: JournalServices) {
    self.reader = reader
    self.services = services
  }

  deinit {
    services.writer.requestEnd()
  }

  /// Lets the effects that run end, writes what is queued, and gives up the file and its lock.
  /// Records that come later are refused. Does not return before every running effect has: an
  /// effect has a timeout of its own.
  ///
  /// - Returns: why records were lost, e.g. on a disk that stayed full to the end; `nil` when all are
  ///   durable.
  @discardableResult
  package func close() async -> JournalFailure? {
    reader.close()
    services.denials.release()
    services.readings.release()
    return await services.writer.close()
  }

  /// How the journal names a user: a keyed hash in lower-case hexadecimal.
  package func pseudonym(pool: UserPool, username: String) -> String {
    services.keys.pseudonym(pool: pool, username: username)
  }
}

extension SQLiteJournal: OperatedJournal {
  /// Of the database, without symbolic links.
  package var path: String { reader.database.path }

  package func backUp(to path: String, by name: String) async throws(OperatorRefusal) -> Int {
    let records = try await SQLiteBackup(source: reader.database).write(to: path)
    do {
      try await operation.record(.backedUp, by: name)
    } catch {
      throw OperatorRefusal("\(path) was made, but that is not recorded: \(error)")
    }
    return records
  }
}
