import GRDB
import GRDBSQLite
import Provisioning

/// Copies the log of SQLite into the database and empties it, so that what was removed stands
/// nowhere: the log keeps every page that was written to it until it is written over.
///
/// Whoever reads the journal, e.g. a backup, needs the log: it is tried again until it is empty.
struct LogEmptying {
  /// Between two attempts: each may copy pages, and no creation has to wait for that.
  static let pause = Duration.milliseconds(250)

  /// Whether the log may hold what was removed. True at first: the process before may have ended
  /// between its commit and the emptying.
  private(set) var isOwed = true
  private var lastAttempt: ContinuousClock.Instant?

  /// After a commit that removed what must not stay.
  mutating func owe() {
    isOwed = true
    lastAttempt = nil
  }

  /// Empties the log where that is owed, unless it was tried just now.
  ///
  /// - Throws: what failed but for a reader and a full disk, which are waited for. What is in the
  ///   database then is unknown.
  mutating func run(_ db: Database) throws {
    guard isOwed else { return }
    if let lastAttempt, ContinuousClock.now - lastAttempt < Self.pause { return }
    do {
      // Without the patience of a commit: SQLite would wait for the readers, and creations for it.
      unsafe sqlite3_busy_timeout(db.sqliteConnection, 0)
      defer {
        unsafe sqlite3_busy_timeout(
          db.sqliteConnection, Int32(SQLiteStore.busyTimeout * 1000))
      }
      try db.checkpoint(.truncate)
      isOwed = false
    } catch let error as DatabaseError
      where [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL].contains(error.resultCode)
    {
      lastAttempt = .now
    }
  }
}

extension JournalEntry {
  /// Whether what it removes must not stay in the log.
  var erases: Bool {
    if case .erase = upkeep { true } else { false }
  }
}
