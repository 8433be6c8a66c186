import Journal
import Logging
import Provisioning
import Server

/// Sends what it is told to and keeps nothing of it.
struct NoJournal: ServerJournal {
  private let sink: AsyncStream<JournalFailure>.Continuation
  let failure: AsyncStream<JournalFailure>

  init() {
    (failure, sink) = AsyncStream.makeStream()
  }

  func makeCreations(
    directory: any UserDirectory, timing: CreationTiming, logger: Logger
  ) -> any Creations {
    UnrecordedCreations(directory: directory)
  }

  func record(_ denial: Denial) {}

  func record(_ change: ServiceChange, policyDigest: String) async throws(JournalError) {}

  /// Ends with the service: one that ends before is taken to have failed.
  func maintain(_ settings: JournalMaintenance.Settings, logger: Logger) async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
  }

  func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    AuditPage(events: [], nextPageToken: "")
  }

  func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? { nil }

  func tailStart(_ position: String) async throws(JournalError) -> Int64 { 0 }

  func tailedEvents(
    from index: Int64, waitingUntil deadline: ContinuousClock.Instant
  ) async throws(JournalError) -> [TailedEvent] {
    try? await Task.sleep(until: deadline)
    return []
  }

  func position(of index: Int64) -> String { "" }

  func record(_ reading: AuditReading) {}

  var proofs: JournalProofs? { nil }

  var sealedRecords: any SealedRecordReader { NoRecords() }

  var statistics: JournalStatistics {
    var statistics = JournalStatistics()
    statistics.isAdmitting = true
    return statistics
  }

  func close() async -> JournalFailure? {
    sink.finish()
    return nil
  }
}

private struct NoRecords: SealedRecordReader {
  func records(
    from treeIndex: Int64, limit: Int
  ) async throws(JournalError) -> [SealedRecord] { [] }

  func sealedSize() async throws(JournalError) -> Int64 { 0 }

  func newestCheckpoint() async throws(JournalError) -> SignedCheckpoint {
    throw .unavailable("nothing is kept")
  }
}

/// One request to the upstream for each call, whatever was asked before.
private struct UnrecordedCreations: Creations {
  let directory: any UserDirectory
  var statistics: CreationStatistics { CreationStatistics() }

  func create(
    _ request: CreationRequest, willBegin: @escaping @Sendable (CreationReference) -> Void
  ) async throws(ProvisioningError) -> CreationReply {
    let intent = request.intent
    willBegin(intent.reference)
    let answer = await directory.create(intent.specification, deadline: request.deadline)
    guard case .success = answer else {
      if case .failure(let failure) = answer { throw .directory(failure, intent.reference) }
      throw .auditUnavailable
    }
    let none = KeyedHash(bytes: [])
    var creation = Creation(
      intent: intent, fingerprint: none, claims: NameClaims(user: none), now: 0, leaseEnd: 0)
    creation.state = .succeeded
    creation.answer = answer
    return CreationReply(creation: creation, isReplayed: false)
  }

  func creation(
    _ selector: CreationSelector, waitingAtMost wait: Duration
  ) async throws(JournalError) -> Creation? { nil }

  func start() async throws(JournalError) {}

  /// Nothing is ever in doubt; a service that ended by itself would end the process.
  func run() async {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    continuation.finish()
  }
}
