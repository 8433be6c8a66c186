import Dispatch
import Foundation
import Logging
import Provisioning
import Synchronization

/// Gives committed records their places in the tree, and signs a checkpoint over them: on a thread and
/// a connection of its own, ten times a second. Every replica has one; a lock in the database lets one
/// at a time work, and the work is one transaction, so that any of them goes on where another was cut
/// off.
final class PostgreSQLSealer: Sendable {
  /// Between two looks for records without a place.
  static let interval = DispatchTimeInterval.milliseconds(100)
  /// Records of one transaction: bounds how long it takes.
  private static let groupLimit = 2048
  /// A sealer that stops in the middle of its transaction gives up the lock after this time.
  private static let idleLimit = Duration.seconds(1)
  /// Attempts at the end: the connection may have been lost since the last look.
  private static let closingAttempts = 2
  /// `pg_try_advisory_xact_lock`'s number, in SQL: "seal", and the table's own number, because a
  /// database may hold several journals.
  static let lockID = "\(0x7365_616C)::bigint << 32 | 'audit_record'::regclass::oid::bigint"

  private struct State {
    var isClosed = false
    var hasEnded = false
    var closers: [CheckedContinuation<Void, Never>] = []
    /// Why nothing is sealed, as the log knows.
    var problem: String?
  }

  private let address: PostgreSQLAddress
  private let signer: CheckpointSigner
  private let logger: Logger
  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)

  private static let lock = PostgreSQLStatement(
    name: "seal_lock", sql: "SELECT pg_try_advisory_xact_lock(\(lockID))", types: [])

  init(address: PostgreSQLAddress, signer: CheckpointSigner, logger: Logger) {
    self.address = address
    self.signer = signer
    self.logger = logger
    let thread = Thread { self.run() }
    thread.name = "journal.sealer"
    thread.start()
  }

  /// Somebody waits for a record's place.
  func hurry() {
    wakeUp.signal()
  }

  /// Seals what is there, as far as the database lets it, and gives up the connection.
  func close() async {
    await withCheckedContinuation { closer in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.closers.append(closer) }
        return state.hasEnded
      }
      if hasEnded { closer.resume() }
      requestEnd()
    }
  }

  /// As ``close()``, without waiting for it.
  func requestEnd() {
    state.withLock { $0.isClosed = true }
    wakeUp.signal()
  }

  // MARK: On the sealer's thread

  private func run() {
    var connection: PostgreSQLConnection?
    var closingAttempts = Self.closingAttempts
    while closingAttempts > 0 {
      let isClosing = state.withLock(\.isClosed)
      do {
        let open = try connection ?? connect()
        connection = open
        while try seal(open) == Self.groupLimit {}
        note(nil)
        if isClosing { break }
      } catch {
        // What the lost transaction did is found in the database.
        connection = nil
        note("\(error)")
        if isClosing { closingAttempts -= 1 }
      }
      if !isClosing { _ = wakeUp.wait(timeout: .now() + Self.interval) }
    }
    let closers = state.withLock { state in
      state.hasEnded = true
      defer { state.closers = [] }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }

  private func connect() throws -> PostgreSQLConnection {
    let connection = try PostgreSQLConnection.session(
      address, statements: PostgreSQLTree.statements + [Self.lock])
    try connection.run(
      script: "SET idle_in_transaction_session_timeout = \(Self.idleLimit.microseconds / 1000)",
      within: PostgreSQLLimits.answer)
    return connection
  }

  /// - Returns: how many records got their places.
  func seal(_ connection: PostgreSQLConnection) throws -> Int {
    try connection.run(script: "BEGIN", within: PostgreSQLLimits.answer)
    let answers = try connection.each(
      [
        PostgreSQLCall(statement: Self.lock),
        PostgreSQLCall(statement: PostgreSQLTree.readHead),
        PostgreSQLTree.unsealed(limit: Self.groupLimit),
      ], within: PostgreSQLLimits.answer
    ).map { try $0.get().rows }
    guard try answers[0].first?.integer(0) == 1, !answers[2].isEmpty else {
      try connection.run(script: "ROLLBACK", within: PostgreSQLLimits.answer)
      return 0
    }
    let head = try PostgreSQLTree.head(answers[1])
    var tree = TreeAppender(head)
    let records = try answers[2].map { row in
      (
        sequence: try row.integer(0).present(),
        time: try tree.append(try row.data(2).present(), at: try row.integer(1).present())
      )
    }
    let calls = [
      PostgreSQLTree.seal(records, from: head.size), PostgreSQLTree.insert(tree.completed),
      PostgreSQLTree.update(try tree.head(signedBy: signer), from: head.size),
    ]
    let written = try connection.each(calls, within: PostgreSQLLimits.answer).map {
      try $0.get().count
    }
    guard written == [records.count, tree.completed.count, 1] else {
      throw PostgreSQLError.unreachable("the tree is not as it was read")
    }
    try connection.run(script: "COMMIT", within: PostgreSQLLimits.answer)
    return records.count
  }

  /// Says when sealing begins to fail, and when it works again.
  private func note(_ problem: String?) {
    let before = state.withLock { state in
      defer { state.problem = problem }
      return state.problem
    }
    switch (before, problem) {
    case (nil, .some(let problem)):
      logger.error("records get no place in the tree", metadata: ["reason": "\(problem)"])
    case (.some, nil): logger.notice("records get their places in the tree again")
    default: break
    }
  }
}
