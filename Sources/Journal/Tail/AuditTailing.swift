import Crypto
import Provisioning

/// Follows the trail in the order of its tree.
struct AuditTailing: Sendable {
  /// What positions are authenticated for, so that no other token is taken for one.
  private static let context = Array("provisiond journal tail 1".utf8)

  /// The position before the first event.
  static let beginning = "beginning"

  private let reader: any SealedRecordReader
  private let watch: SealedSizeWatch
  private let batches: TailedBatches
  private let key: SymmetricKey

  init(reader: any SealedRecordReader, key: SymmetricKey) {
    self.reader = reader
    watch = SealedSizeWatch(reader: reader)
    batches = TailedBatches(reader: reader)
    self.key = key
  }

  func start(_ position: String) async throws(JournalError) -> Int64 {
    let size = try await reader.sealedSize()
    if position.isEmpty { return size }
    if position == Self.beginning { return 0 }
    guard let bytes = AuthenticatedToken.open(position, key: key, context: Self.context),
      bytes.count == 8
    else { throw .invalidQuery("position: not one of this journal") }
    let index = Int64(bigEndianBytes: bytes)
    // A journal that was restored from an old backup has not come so far.
    guard (0...size).contains(index) else {
      throw .invalidQuery("position: the journal ends before it")
    }
    return index
  }

  func events(
    from index: Int64, waitingUntil deadline: ContinuousClock.Instant
  ) async throws(JournalError) -> [TailedEvent] {
    let events = try await batches.events(from: index)
    guard events.isEmpty else { return events }
    try await watch.wait(forMoreThan: index, until: deadline)
    guard !Task.isCancelled else { return [] }
    return try await batches.events(from: index)
  }

  func position(of index: Int64) -> String {
    AuthenticatedToken.seal(index.bigEndianBytes, key: key, context: Self.context)
  }
}
