/// What became of a group of records.
enum GroupResult: Equatable, Sendable {
  /// Durable, but for those (by position) that the store refused one by one.
  case committed(refused: [Int])
  /// Nothing was written, and the store is sound: trying again later may succeed.
  case stalled(String)
  /// What is on the disk is unknown. Nothing may be written any more.
  case failed(String)
}

/// Where the writer thread puts its groups. Called from that one thread.
protocol RecordStore: Sendable {
  /// Makes all records durable in one transaction. Blocks.
  func append(_ records: [JournalRecord]) -> GroupResult

  /// Gives up the file and its lock.
  func close()
}
