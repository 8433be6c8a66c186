package import Journal
package import Logging
package import Provisioning

/// The journal that a server is composed with: the ports of the domain, its figures, and its life.
package protocol ServerJournal: DenialLog, AuditTrail {
  /// Creations that are kept in this journal.
  func makeCreations(
    directory: any UserDirectory, timing: CreationTiming, logger: Logger
  ) -> any Creations

  /// What can be proven of it; `nil` where nothing is kept.
  var proofs: JournalProofs? { get }

  /// What has been written, for metrics and readiness.
  var statistics: JournalStatistics { get }

  /// Keeps the journal in order until the task is cancelled.
  func maintain(_ settings: JournalMaintenance.Settings, logger: Logger) async

  /// The records in the order of the tree.
  var sealedRecords: any SealedRecordReader { get }

  /// Records that the service starts, stops or has another policy; durable when it returns.
  func record(_ change: ServiceChange, policyDigest: String) async throws(JournalError)

  /// Gives at most one element: the journal failed, and the process has to end. Ends when the
  /// journal is closed. One consumer.
  var failure: AsyncStream<JournalFailure> { get }

  /// Writes what is queued, and gives up what it holds.
  ///
  /// - Returns: why records were lost; `nil` when all are durable.
  @discardableResult
  func close() async -> JournalFailure?
}

extension ServerJournal where Self: StoredJournal {
  package func makeCreations(
    directory: any UserDirectory, timing: CreationTiming, logger: Logger
  ) -> any Creations {
    makeCoordinator(directory: directory, timing: timing, logger: logger)
  }
}

extension SQLiteJournal: ServerJournal {}
extension PostgreSQLJournal: ServerJournal {}
