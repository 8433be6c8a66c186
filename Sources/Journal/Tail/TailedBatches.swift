import Provisioning

/// Reads the trail in order for everybody who follows it. Those who are up to date ask for the same
/// events at the same time: they are read and decoded once.
actor TailedBatches {
  /// Events that are read at once.
  static let batchSize = 64
  /// Batches that are kept for those who come a little later.
  static let keptBatches = 8

  private let reader: any SealedRecordReader
  private var kept: [(start: Int64, events: [TailedEvent])] = []
  private var underWay: [Int64: Task<Result<[TailedEvent], JournalError>, Never>] = [:]

  init(reader: any SealedRecordReader) {
    self.reader = reader
  }

  /// What is there from an index on: at most a batch.
  func events(from index: Int64) async throws(JournalError) -> [TailedEvent] {
    if let batch = kept.first(where: { $0.start == index }) { return batch.events }
    if let task = underWay[index] { return try await task.value.get() }
    let task = Task { [reader] in await Self.read(reader, from: index) }
    underWay[index] = task
    let result = await task.value
    underWay[index] = nil
    let events = try result.get()
    if !events.isEmpty {
      kept.append((index, events))
      if kept.count > Self.keptBatches { kept.removeFirst() }
    }
    return events
  }

  private static func read(
    _ reader: any SealedRecordReader, from index: Int64
  ) async -> Result<[TailedEvent], JournalError> {
    do throws(JournalError) {
      var events: [TailedEvent] = []
      for record in try await reader.records(from: index, limit: batchSize) {
        events.append(TailedEvent(index: record.treeIndex, event: try record.event()))
      }
      return .success(events)
    } catch {
      return .failure(error)
    }
  }
}
