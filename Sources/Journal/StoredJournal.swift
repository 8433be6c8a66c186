package import Logging
package import Provisioning

/// A journal in a database, with all that it does in the same way in every one of them.
package protocol StoredJournal: DenialLog, AuditTrail {
  var services: JournalServices { get }
}

extension StoredJournal {
  /// Keeps the journal in order until the task is cancelled.
  package func maintain(_ settings: JournalMaintenance.Settings, logger: Logger) async {
    await maintenance.run(settings, logger: logger)
  }

  /// Records that the service starts, stops or has another policy; durable when it returns.
  ///
  /// - Parameter policyDigest: of the policy in force.
  package func record(
    _ change: ServiceChange, policyDigest: String
  ) async throws(JournalError) {
    try await services.record(change, policyDigest: policyDigest)
  }

  /// Gives at most one element: the disk failed, and the process has to end with exit code 74.
  /// Ends when the journal is closed; without an element where it is in a server's database, of
  /// which no failure is for good. One consumer.
  package var failure: AsyncStream<JournalFailure> { services.writer.failure }

  /// What has been written, for metrics.
  package var statistics: JournalStatistics { services.statistics }

  /// The creations of this journal.
  package var creations: any CreationStore { services.creations }

  var operation: JournalOperation { services.operation }

  var maintenance: JournalMaintenance { services.maintenance }

  /// Creations that are kept in this journal.
  package func makeCoordinator(
    directory: any UserDirectory, timing: CreationTiming = CreationTiming(), logger: Logger
  ) -> CreationCoordinator {
    services.makeCoordinator(directory: directory, timing: timing, logger: logger)
  }

  /// The tree over its records.
  package var proofs: JournalProofs? { services.proofs }

  /// Its records in the order of the tree.
  package var sealedRecords: any SealedRecordReader { services.proofs.reader }
}

extension StoredJournal {
  package func record(_ denial: Denial) {
    services.denials.record(denial)
  }
}

extension StoredJournal {
  package func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    try await services.listing.events(query)
  }

  package func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? {
    try await services.listing.event(id)
  }

  package func tailStart(_ position: String) async throws(JournalError) -> Int64 {
    try await services.tailing.start(position)
  }

  package func tailedEvents(
    from index: Int64, waitingUntil deadline: ContinuousClock.Instant
  ) async throws(JournalError) -> [TailedEvent] {
    try await services.tailing.events(from: index, waitingUntil: deadline)
  }

  package func position(of index: Int64) -> String {
    services.tailing.position(of: index)
  }

  package func record(_ reading: AuditReading) {
    services.readings.record(reading)
  }
}
