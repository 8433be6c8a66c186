import Provisioning

/// How long things between this process and the server may take.
enum PostgreSQLLimits {
  /// Until a connection is there: TCP, TLS, authentication.
  static let connect = Duration.seconds(1)
  /// Until a group is committed, or what was asked is read: a server that is silent for longer is
  /// taken for lost.
  static let answer = Duration.seconds(5)
  /// The server gives up by itself before that.
  static let statement = Duration.seconds(4)
  /// How long a row of another replica's transaction is waited for. Those are short; and it is less
  /// than the second after which the server looks for deadlocks.
  static let lock = Duration.milliseconds(500)
  /// A transaction whose client says nothing holds its locks no longer.
  static let idleTransaction = Duration.seconds(5)
}

extension PostgreSQLConnection {
  /// What a server says of itself.
  struct Settings {
    var synchronousCommit: String
    var fsync: String
    var fullPageWrites: String
    /// A standby: it takes no writes.
    var isInRecovery: Bool
    var user: String
  }

  /// Connects, makes the connection's settings, and prepares its statements.
  ///
  /// - Parameter lockLimit: how long a lock is waited for.
  static func session(
    _ address: PostgreSQLAddress, lockLimit: Duration = PostgreSQLLimits.lock,
    statements: [PostgreSQLStatement]
  ) throws(PostgreSQLError) -> PostgreSQLConnection {
    let connection = try PostgreSQLConnection(address, within: PostgreSQLLimits.connect)
    // A stronger setting of the operator's stays.
    try connection.run(
      script: """
        SELECT set_config('synchronous_commit', 'on', false)
          WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
        SET default_transaction_isolation = 'read committed';
        SET statement_timeout = \(PostgreSQLLimits.statement.microseconds / 1000);
        SET lock_timeout = \(lockLimit.microseconds / 1000);
        SET idle_in_transaction_session_timeout = \
        \(PostgreSQLLimits.idleTransaction.microseconds / 1000);
        """, within: PostgreSQLLimits.answer)
    try connection.prepare(statements + [settings], within: PostgreSQLLimits.answer)
    return connection
  }

  private static let settings = PostgreSQLStatement(
    name: "settings",
    sql: """
      SELECT current_setting('synchronous_commit'), current_setting('fsync'),
        current_setting('full_page_writes'), pg_is_in_recovery(), current_user::text
      """, types: [])

  func readSettings() throws(PostgreSQLError) -> Settings {
    let row = try rows(PostgreSQLCall(statement: Self.settings)).first
    guard
      let row, let synchronousCommit = try? row.text(0), let fsync = try? row.text(1),
      let fullPageWrites = try? row.text(2), let isInRecovery = try? row.integer(3),
      let user = try? row.text(4)
    else { throw .unreachable("the server does not tell its settings") }
    return Settings(
      synchronousCommit: synchronousCommit, fsync: fsync, fullPageWrites: fullPageWrites,
      isInRecovery: isInRecovery != 0, user: user)
  }

  /// What one statement gives.
  func rows(_ call: PostgreSQLCall) throws(PostgreSQLError) -> [PostgreSQLRow] {
    try each([call], within: PostgreSQLLimits.answer)[0].get().rows
  }
}
