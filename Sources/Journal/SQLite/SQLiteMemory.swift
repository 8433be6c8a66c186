private import CSQLite

/// Settings of SQLite's memory, which are those of the whole process.
enum SQLiteMemory {
  /// Set once, before the first database is opened. When another part of the process was first, SQLite
  /// goes on counting what it allocates, which costs time and nothing else.
  static let isUncounted = sqlite3_config_no_memory_status() == SQLITE_OK
}
