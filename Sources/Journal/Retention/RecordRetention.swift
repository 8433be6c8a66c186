import Provisioning

/// Where the records are whose time is over.
protocol ExpiryReader: Sendable {
  /// The next records whose bodies are there, by their places in the tree, with their times in
  /// microseconds.
  ///
  /// - Parameter limit: at most so many.
  func oldestRecords(limit: Int) async throws(JournalError) -> [(treeIndex: Int64, time: Int64)]
}

/// Removes the bodies of old records, and the columns that they are looked up by. Their hashes stay,
/// and with them the tree and every proof.
///
/// They go in the order of the tree, and the record of it says how many are gone in all: so that a
/// body that somebody else has removed is told from one that is gone by its age.
struct RecordRetention: Sendable {
  /// The triggers of the databases refuse it for younger records, whoever asks: seven days.
  static let leastAge = Duration.seconds(7 * 24 * 3600)
  /// Records of one transaction, few enough that no creation waits for it noticeably.
  static let batchSize = 100
  /// Between two transactions, so that the creations have most of the writer's time.
  static let pause = Duration.milliseconds(100)

  let reader: any ExpiryReader
  let writer: GroupCommitWriter
  let clock: any WallClock
  let identifiers: any IdentifierSource

  /// Goes on until nothing is old enough, or the task is cancelled.
  ///
  /// - Returns: how many bodies it has removed.
  func expire(olderThan age: Duration) async throws(JournalError) -> Int {
    var count = 0
    while !Task.isCancelled {
      let now = clock.now().microseconds
      let records = try await reader.oldestRecords(limit: Self.batchSize)
        .prefix { $0.time < now - age.microseconds }
      guard let first = records.first, let last = records.last else { return count }
      var event = AuditEvent(
        id: identifiers.next(), ofService: .recordsExpired, by: nil, wallMicroseconds: now)
      event.count = last.treeIndex + 1
      let upkeep = JournalUpkeep.expire(first.treeIndex...last.treeIndex)
      switch await writer.append(.upkeep(upkeep, event), .intent) {
      case .durable: count += records.count
      // Another replica was first, or the database finds them too young.
      case .refused: return count
      case .failed(let error): throw error
      }
      // Cancellation ends the sleep and the loop.
      try? await Task.sleep(for: Self.pause)
    }
    return count
  }
}
