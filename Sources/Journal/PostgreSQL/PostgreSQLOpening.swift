import Foundation
import Logging
import Provisioning

/// Opens a journal in PostgreSQL: waits for the server, makes the tables where there are none, and
/// finds out everything that a running service would stumble over.
struct PostgreSQLOpening {
  /// How long a server that is not there is waited for: it may start along with the service.
  static let patience = Duration.seconds(10)
  private static let retryInterval: UInt32 = 200_000
  /// How long another replica, which opens the journal at the same time, is waited for.
  private static let lockLimit = Duration.seconds(3)
  /// `pg_advisory_lock`'s number for the opening of a journal: "prov".
  private static let lockID: Int64 = 0x7072_6F76

  let address: PostgreSQLAddress
  var patience = Self.patience
  /// A checkpoint that the journal has to reach.
  var anchor: SignedCheckpoint?
  /// What a new journal is named in its checkpoints; `nil`: like no other.
  var origin: String?
  let logger: Logger

  private static let lock = PostgreSQLStatement(
    name: "open_lock", sql: "SELECT pg_advisory_lock($1)", types: [.integer])
  private static let tablesThere = PostgreSQLStatement(
    name: "open_tables",
    sql: "SELECT name FROM unnest($1) AS wanted (name) WHERE to_regclass(name) IS NOT NULL",
    types: [.texts])
  private static let right = PostgreSQLStatement(
    name: "open_right", sql: "SELECT has_table_privilege($1::text, $2::text)",
    types: [.text, .text])
  private static let columnRight = PostgreSQLStatement(
    name: "open_column_right",
    sql: "SELECT has_column_privilege($1::text, $2::text, 'UPDATE')", types: [.text, .text])
  private static let readMeta = PostgreSQLStatement(
    name: "open_meta", sql: "SELECT key, value FROM meta", types: [])
  private static let writeMeta = PostgreSQLStatement(
    name: "open_write_meta", sql: "INSERT INTO meta (key, value) VALUES ($1, $2)",
    types: [.text, .text])

  /// - Returns: the keys of the journal.
  func open(
    keysDirectory: String, upstream: JournalUpstream?
  ) throws(JournalOpenError) -> (keys: JournalKeys, signer: CheckpointSigner) {
    let connection = try connect()
    do {
      // Given back with the connection.
      _ = try connection.rows(
        PostgreSQLCall(statement: Self.lock, values: [.integer(Self.lockID)]))
      try checkSettings(connection)
      try createTables(connection, isWanted: upstream != nil)
      try checkRights(connection)
      try connection.prepare(
        [Self.readMeta, Self.writeMeta] + PostgreSQLTree.statements,
        within: PostgreSQLLimits.answer)
      let opened = try identify(connection, keysDirectory: keysDirectory, upstream: upstream)
      try verifyTree(connection, signer: opened.signer)
      return opened
    } catch let error as JournalOpenError {
      throw error
    } catch let error as PostgreSQLError {
      throw JournalOpenError(error, of: address)
    } catch {
      throw .server(address: address.description, problem: "its tables are not as expected")
    }
  }

  private func connect() throws(JournalOpenError) -> PostgreSQLConnection {
    let end = ContinuousClock.now + patience
    while true {
      do {
        return try PostgreSQLConnection.session(
          address, lockLimit: Self.lockLimit,
          statements: [Self.lock, Self.tablesThere, Self.right, Self.columnRight])
      } catch {
        let reason = JournalOpenError(error, of: address)
        guard case .unreachable = reason, ContinuousClock.now < end else { throw reason }
        usleep(Self.retryInterval)
      }
    }
  }

  private func problem(_ text: String) -> JournalOpenError {
    .server(address: address.description, problem: text)
  }

  private var noJournal: JournalOpenError { problem("there is no journal in the database") }

  // MARK: Server

  private func checkSettings(_ connection: PostgreSQLConnection) throws {
    let settings = try connection.readSettings()
    guard ["on", "remote_apply"].contains(settings.synchronousCommit) else {
      throw problem("the server does not take synchronous_commit = on, which durability needs")
    }
    if settings.fsync != "on" || settings.fullPageWrites != "on" {
      logger.warning(
        "the journal's server may lose what it has acknowledged",
        metadata: [
          "fsync": "\(settings.fsync)", "full_page_writes": "\(settings.fullPageWrites)",
        ])
    }
  }

  // MARK: Tables

  private func createTables(_ connection: PostgreSQLConnection, isWanted: Bool) throws {
    let rows = try connection.rows(
      PostgreSQLCall(statement: Self.tablesThere, values: [.texts(PostgreSQLSchema.tables)]))
    let there = Set(try rows.map { try $0.text(0).present() })
    if there.count == PostgreSQLSchema.tables.count { return }
    guard there.isEmpty else {
      let missing = PostgreSQLSchema.tables.filter { !there.contains($0) }
      throw problem("the table \(missing[0]) is missing; the database may be another application's")
    }
    guard isWanted else { throw noJournal }
    do throws(PostgreSQLError) {
      try connection.run(script: PostgreSQLSchema.statements, within: PostgreSQLLimits.answer)
    } catch {
      guard case .refused("42501", _) = error else { throw error }
      throw problem(
        "there are no tables, and the role may not make them; "
          + "let their owner run: provisiond journal schema --role ROLE | psql URL")
    }
    logger.notice("made the journal's tables", metadata: ["journal": "\(address)"])
  }

  private func checkRights(_ connection: PostgreSQLConnection) throws {
    for (table, rights) in PostgreSQLSchema.rights {
      let missing = try rights.filter { try !has($0, on: table, connection) }
      guard missing.isEmpty else { throw try lackOfRights(connection) }
    }
    for column in PostgreSQLSchema.changingColumns {
      let rows = try connection.rows(
        PostgreSQLCall(
          statement: Self.columnRight, values: [.text("audit_record"), .text(column)]))
      guard try rows.first?.integer(0) == 1 else { throw try lackOfRights(connection) }
    }
    if try has("UPDATE", on: "audit_record", connection) {
      logger.warning(
        "the journal's role may do more than it needs: it can drop what protects the records",
        metadata: ["remedy": "provisiond journal schema --role ROLE"])
    }
  }

  private func lackOfRights(_ connection: PostgreSQLConnection) throws -> JournalOpenError {
    let role = try connection.readSettings().user
    return problem(
      "the role lacks a right; let the tables' owner run: "
        + PostgreSQLSchema.grants(to: role).joined(separator: " "))
  }

  private func has(
    _ right: String, on table: String, _ connection: PostgreSQLConnection
  ) throws -> Bool {
    let rows = try connection.rows(
      PostgreSQLCall(statement: Self.right, values: [.text(table), .text(right)]))
    return try rows.first?.integer(0) == 1
  }

  // MARK: Identity

  /// A new journal gets the kind of its upstream and the fingerprints of its keys; one that has
  /// them is held to them.
  private func identify(
    _ connection: PostgreSQLConnection, keysDirectory: String, upstream: JournalUpstream?
  ) throws -> (keys: JournalKeys, signer: CheckpointSigner) {
    var meta: [String: String] = [:]
    for row in try connection.rows(PostgreSQLCall(statement: Self.readMeta)) {
      meta[try row.text(0).present()] = try row.text(1).present()
    }
    guard let version = meta[PostgreSQLSchema.MetaKey.schemaVersion].flatMap({ Int($0) }) else {
      throw problem("no schema version in the table meta")
    }
    guard version == PostgreSQLSchema.version else {
      throw JournalOpenError.otherSchema(
        path: address.description, found: version, supported: PostgreSQLSchema.version)
    }
    let recorded = meta[PostgreSQLSchema.MetaKey.upstream]
    guard recorded != nil || upstream != nil else { throw noJournal }
    if let recorded, let upstream, recorded != upstream.rawValue {
      throw JournalOpenError.wrongUpstream(
        path: address.description, recorded: recorded, wanted: upstream)
    }
    let keys = try JournalKeys.open(directory: keysDirectory, mayCreate: recorded == nil)
    let origin =
      recorded == nil
      ? origin ?? CheckpointSigner.newOrigin() : meta[PostgreSQLSchema.MetaKey.origin]
    guard let origin else { throw problem("no name for its checkpoints in the table meta") }
    let signer = try CheckpointSigner(
      origin: origin, directory: keysDirectory, mayCreate: recorded == nil)
    if recorded == nil, let upstream {
      let rows =
        keys.fingerprints + [
          (PostgreSQLSchema.MetaKey.upstream, upstream.rawValue),
          (PostgreSQLSchema.MetaKey.origin, signer.origin),
        ]
      let calls =
        try rows.map {
          PostgreSQLCall(statement: Self.writeMeta, values: [.text($0.name), .text($0.value)])
        } + [PostgreSQLTree.insert(.first(signedBy: signer))]
      if case .rolledBack(_, let error) = try connection.transaction(
        calls, within: PostgreSQLLimits.answer)
      {
        throw error
      }
      return (keys, signer)
    }
    try KeyRegister(meta: meta).check(keys, directory: keysDirectory)
    return (keys, signer)
  }

  /// The tree has to be what the hashes of its records come to, and its checkpoint ours. Other
  /// replicas may let it grow meanwhile.
  private func verifyTree(_ connection: PostgreSQLConnection, signer: CheckpointSigner) throws {
    let verification = TreeHeadVerification(signer: signer, anchor: anchor)
    let head = try PostgreSQLTree.head(connection)
    do {
      try verification.run(
        on: head,
        tiles: try PostgreSQLTree.tiles(
          verification.tiles(of: head), inTreeOf: head.size, connection))
    } catch let damage as TreeHeadVerification.Damage {
      throw JournalOpenError.damaged(path: address.description, reason: damage.reason)
    }
  }
}

extension JournalOpenError {
  init(_ error: PostgreSQLError, of address: PostgreSQLAddress) {
    let name = address.description
    guard case .refused(let state, _) = error else {
      self = .unreachable(address: name, reason: error.description)
      return
    }
    switch PostgreSQLVerdict(state: state) {
    case .again, .laterAgain:
      self = .unreachable(address: name, reason: error.description)
    case .unstorable, .misconfigured:
      let problem =
        switch state.prefix(2) {
        case "28": "the server refuses the role or its password"
        case "3D": "there is no such database"
        default: "the server refuses"
        }
      self = .server(address: name, problem: "\(problem) (\(error))")
    }
  }
}
