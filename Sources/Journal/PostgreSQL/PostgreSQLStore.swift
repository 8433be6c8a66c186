import Foundation
import Provisioning
import Synchronization

/// The PostgreSQL database of a journal: the one connection of this process that writes.
///
/// A group goes to the server in one transaction and one round trip. What became of a transaction
/// whose connection was lost is read on the next connection, once it is sure that the server works
/// on it no more. A lost server is no failure of the disk: the store stalls, and goes on when the
/// server is back.
final class PostgreSQLStore: RecordStore {
  /// Times that a group is tried again because of other replicas' transactions.
  private static let collisionLimit = 4
  /// Times that a refused entry is tried again because what was in its way has gone meanwhile.
  private static let vanishedLimit = 3

  private struct State {
    var connection: PostgreSQLConnection?
    /// The last group's connection was lost: some of it may have been committed.
    var isUncertain = false
    var isClosed = false
  }

  private let address: PostgreSQLAddress
  /// The lock that the writing connection of this process holds: while it is held, an earlier
  /// connection of this process may still write.
  private let lockID = Int64.random(in: .min ... .max)
  private let state = Mutex(State())
  private let noteAnswer: @Sendable () -> Void

  /// - Parameter noteAnswer: told of each commit, before those who wait for it.
  init(address: PostgreSQLAddress, noteAnswer: @escaping @Sendable () -> Void = {}) {
    self.address = address
    self.noteAnswer = noteAnswer
  }

  /// The server does by itself what can wait.
  func doIdleWork() -> IdleWork { .none }

  func close() {
    state.withLock { state in
      state.connection = nil
      state.isClosed = true
    }
  }

  func commit(_ group: [JournalEntry]) -> GroupResult {
    state.withLock { state in
      // An idle connection may have been closed by a server that is back already.
      let result = attempt(group, &state)
      if case .failure(.unreachable) = result {
        return Self.result(attempt(group, &state))
      }
      return Self.result(result)
    }
  }

  private static func result(_ result: Result<GroupResult, PostgreSQLError>) -> GroupResult {
    switch result {
    case .success(let result): result
    case .failure(let error): .stalled(error.description)
    }
  }

  private func attempt(
    _ group: [JournalEntry], _ state: inout State
  ) -> Result<GroupResult, PostgreSQLError> {
    do {
      let result = try commit(group, &state)
      noteAnswer()
      return .success(result)
    } catch {
      if case .unreachable = error { lose(&state, group) }
      return .failure(error)
    }
  }

  private func lose(_ state: inout State, _ group: [JournalEntry]) {
    if state.connection != nil, !group.isEmpty { state.isUncertain = true }
    state.connection = nil
  }

  private func commit(
    _ group: [JournalEntry], _ state: inout State
  ) throws(PostgreSQLError) -> GroupResult {
    guard !state.isClosed else { throw .unreachable("the journal is closed") }
    let connection: PostgreSQLConnection
    if let open = state.connection {
      connection = open
    } else {
      connection = try connect(isUncertain: state.isUncertain)
      state.connection = connection
    }
    if group.isEmpty {
      let result = try connection.transaction(
        [PostgreSQLWrites.probe], within: PostgreSQLLimits.answer)
      if case .rolledBack(_, let error) = result { throw error }
      return .committed(refusals: [:])
    }
    var pending = Self.lockOrder(of: group)
    if state.isUncertain {
      let written = try written(group, connection)
      pending.removeAll(where: written.contains)
      state.isUncertain = false
    }
    return .committed(refusals: try write(group, pending, connection))
  }

  /// Replicas that want rows of each other would wait for each other in turn: so everybody asks for
  /// them in one order. Those of one creation are never in one group: each waits for the one before.
  private static func lockOrder(of group: [JournalEntry]) -> [Int] {
    let keys = group.map(\.lockKey)
    return group.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }

  // MARK: One group

  /// - Parameter positions: of the entries to write, in the order of the writing.
  private func write(
    _ group: [JournalEntry], _ positions: [Int], _ connection: PostgreSQLConnection
  ) throws(PostgreSQLError) -> [Int: EntryRefusal] {
    var refusals: [Int: EntryRefusal] = [:]
    var pending = positions
    var collisions = 0
    var attempts = 0
    while !pending.isEmpty {
      let calls = pending.map { PostgreSQLWrites.call(for: group[$0]) }
      switch try connection.transaction(calls, within: PostgreSQLLimits.answer) {
      case .committed(let results):
        var idle = zip(pending, results).filter { position, result in
          result.count == 0 && group[position].mustWrite
        }.map(\.0)
        for position in idle where group[position].upkeep != nil { refusals[position] = .refused }
        idle.removeAll { group[$0].upkeep != nil }
        // These are durable: what becomes of the others must not change that.
        let found = (try? Self.refusals(of: idle, in: group, connection)) ?? [:]
        refusals.merge(found) { $1 }
        pending = idle.filter { found[$0] == nil }
        attempts += 1
        if attempts == Self.vanishedLimit {
          for position in pending { refusals[position] = .refused }
          pending = []
        }
      case .rolledBack(let index, let error):
        guard case .refused(let state, let table) = error, pending.indices.contains(index) else {
          throw error
        }
        let verdict = PostgreSQLVerdict(state: state)
        // A name that another replica claimed at the same moment: the next try sees it.
        let isClaimed = state == "23505" && table == "creation"
        if verdict == .again || isClaimed, collisions < Self.collisionLimit {
          collisions += 1
        } else if verdict == .again, attempts == 0, try tablesAreHeld(connection) {
          // Nothing of the group is durable yet: all of it can wait.
          throw error
        } else if verdict == .again || verdict == .unstorable {
          refusals[pending.remove(at: index)] = .refused
        } else {
          throw error
        }
      }
    }
    return refusals
  }

  /// Whether it is not a row that somebody holds, but a table, or that somebody waits for one.
  private func tablesAreHeld(
    _ connection: PostgreSQLConnection
  ) throws(PostgreSQLError) -> Bool {
    try !connection.rows(PostgreSQLCall(statement: Self.tableLocks)).isEmpty
  }

  /// Locks that conflict with those of writes (PostgreSQL, 13.3.1 Table-Level Locks).
  private static let tableLocks = PostgreSQLStatement(
    name: "table_locks",
    sql: """
      SELECT 1 FROM pg_locks
      WHERE locktype = 'relation' AND pid <> pg_backend_pid()
        AND relation IN (to_regclass('creation'), to_regclass('audit_record'))
        AND mode IN
          ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      """, types: [])

  /// Reads what was in the way of entries that wrote nothing. One that finds nothing is left out: it
  /// may be tried again.
  private static func refusals(
    of positions: [Int], in group: [JournalEntry], _ connection: PostgreSQLConnection
  ) throws -> [Int: EntryRefusal] {
    guard !positions.isEmpty else { return [:] }
    let calls = positions.flatMap { position in
      switch group[position].change {
      case .insert(let row):
        [PostgreSQLCreationTable.row(row.key), PostgreSQLCreationTable.nameHolder(of: row)]
      case .update(let stamp, _):
        [
          PostgreSQLCreationTable.row(stamp.creationID),
          PostgreSQLCreationTable.nameHolder(of: stamp.creationID),
        ]
      case .purge, nil: [] as [PostgreSQLCall]
      }
    }
    let found = try connection.each(calls, within: PostgreSQLLimits.answer).map { result in
      try result.get().rows.first.map { try CreationRow($0) }
    }
    var refusals: [Int: EntryRefusal] = [:]
    for (number, position) in positions.enumerated() {
      let (row, holder) = (found[2 * number], found[2 * number + 1])
      switch group[position].change {
      case .update(let stamp, _) where row?.matches(stamp) != true:
        refusals[position] = .superseded(row)
      case .insert where row != nil:
        refusals[position] = row.map { .keyTaken($0) }
      default:
        refusals[position] = holder.map { .nameTaken($0) }
      }
    }
    return refusals
  }

  // MARK: Connections

  private func connect(isUncertain: Bool) throws(PostgreSQLError) -> PostgreSQLConnection {
    let connection = try PostgreSQLConnection.session(
      address,
      statements: PostgreSQLWrites.statements + [
        PostgreSQLCreationTable.byKey, PostgreSQLCreationTable.byID,
        PostgreSQLCreationTable.nameHolder, PostgreSQLCreationTable.nameHolderOfRow, Self.lock,
        Self.endHolder, Self.knownEvents, Self.tableLocks,
      ])
    let settings = try connection.readSettings()
    guard !settings.isInRecovery else { throw .unreachable("the server is a standby") }
    guard ["on", "remote_apply"].contains(settings.synchronousCommit) else {
      throw .unreachable("the server does not take synchronous_commit = on")
    }
    var calls = [PostgreSQLCall(statement: Self.lock, values: [.integer(lockID)])]
    if isUncertain {
      calls.insert(PostgreSQLCall(statement: Self.endHolder, values: [.integer(lockID)]), at: 0)
    }
    // Ending the earlier connection only saves time: the lock is what tells that it has ended.
    guard case .success = try connection.each(calls, within: PostgreSQLLimits.answer).last else {
      throw .unreachable("the server still works on the last transaction")
    }
    return connection
  }

  private static let lock = PostgreSQLStatement(
    name: "writer_lock", sql: "SELECT pg_advisory_lock($1)", types: [.integer])

  /// Ends the connection of this process that the server has not given up yet.
  private static let endHolder = PostgreSQLStatement(
    name: "writer_end",
    sql: """
      SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE locktype = 'advisory' AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32) | objid::bigint = $1
      """, types: [.integer])

  private static let knownEvents = PostgreSQLStatement(
    name: "known_events", sql: "SELECT event_id FROM audit_record WHERE event_id = ANY($1)",
    types: [.byteStrings])

  /// Which entries of a group the lost transaction has committed: by the ids of their records, and
  /// changes without a record by what stands in the row.
  private func written(
    _ group: [JournalEntry], _ connection: PostgreSQLConnection
  ) throws(PostgreSQLError) -> Set<Int> {
    let ids = group.compactMap { $0.record.map { Data($0.event.id.bytes) } }
    let rows = try connection.rows(
      PostgreSQLCall(statement: Self.knownEvents, values: [.byteStrings(ids)]))
    let known = Set(rows.compactMap { try? $0.data(0) })
    var written: Set<Int> = []
    for (position, entry) in group.enumerated() {
      if let record = entry.record {
        if known.contains(Data(record.event.id.bytes)) { written.insert(position) }
      } else if case .update(let stamp, let standing) = entry.change {
        let stored = try connection.rows(PostgreSQLCreationTable.row(stamp.creationID)).first
        if let row = stored.flatMap({ try? CreationRow($0) }), row.standing == standing {
          written.insert(position)
        }
      }
    }
    return written
  }
}

extension JournalEntry {
  /// Whether an entry that writes nothing is refused.
  fileprivate var mustWrite: Bool {
    if case .purge = change { false } else { true }
  }

  /// What orders the locks of a group: new rows by their keys, then changes by their creations.
  fileprivate var lockKey: String {
    switch change {
    case .insert(let row): "1" + row.requestID + "\0" + row.callerID
    case .update(let stamp, _): "2" + stamp.creationID.description
    case .purge, nil: "3"
    }
  }
}
