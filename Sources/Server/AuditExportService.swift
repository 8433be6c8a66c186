import Journal
import Logging
import Provisioning
import ServiceLifecycle

/// Exports the audit trail as it grows. What cannot be written now is written later: nothing waits
/// for it, and nothing is left out.
struct AuditExportService: Service {
  /// Between two looks for new records.
  static let interval = Duration.milliseconds(250)
  /// Between two attempts while the target takes nothing.
  static let retryInterval = Duration.seconds(1)
  /// A pipe that takes nothing for so long is told of in the log.
  static let stallLimit = Duration.seconds(5)
  /// For the records that are left at the end of the service, which must not wait for their target.
  static let lastRunLimit = Duration.seconds(5)

  /// `nil`: nothing is exported.
  let settings: AuditExportSettings?
  let journal: any ServerJournal
  let policies: PolicyStore
  let logger: Logger

  /// - Throws: a ``StartError`` for a target or a cursor that cannot be used.
  init(
    _ configuration: ServerConfiguration, _ journal: any ServerJournal, _ policies: PolicyStore,
    logger: Logger
  ) async throws(StartError) {
    settings = configuration.auditExport
    self.journal = journal
    self.policies = policies
    self.logger = logger
    guard let settings else { return }
    do {
      _ = try await makeExport(settings)
    } catch {
      throw StartError(.configuration, "--audit-export: \(error)")
    }
  }

  private func makeExport(_ settings: AuditExportSettings) async throws -> JournalExport {
    try await JournalExport(
      reader: journal.sealedRecords, target: settings.target, cursorPath: settings.cursorPath,
      stallWatch: StallWatch(limit: Self.stallLimit, tell: tellStalled))
  }

  private func tellStalled(_ isStalled: Bool) {
    if isStalled { tellFailure("the target takes nothing") } else { tellRecovery() }
  }

  private func tellFailure(_ reason: String) {
    logger.error("the audit trail cannot be exported", metadata: ["reason": "\(reason)"])
  }

  private func tellRecovery() {
    logger.notice("the audit trail is exported again")
  }

  func run() async throws {
    guard let settings else {
      try? await gracefulShutdown()
      return
    }
    journal.record(
      AuditReading(
        kind: .export,
        origin: CallOrigin(
          callerID: "audit-export", authentication: .operator, onBehalfOf: nil, peer: ""),
        organization: "", policyDigest: policies.current.digest, fields: []))
    let leavesPartOfALine = await cancelWhenGracefulShutdown { await follow(settings) }
    // What comes behind a part of a line cannot be read.
    guard !leavesPartOfALine else { return tellRest("the target takes nothing") }
    do {
      try await exportTheRest(settings)
    } catch {
      tellRest("\(error)")
    }
  }

  private func tellRest(_ reason: String) {
    logger.warning(
      "the export of the audit trail is behind; the next start goes on with it",
      metadata: ["reason": "\(reason)"])
  }

  /// The last records, but for the one that the service has stopped.
  private func exportTheRest(_ settings: AuditExportSettings) async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        var export = try await makeExport(settings)
        _ = try await export.run()
      }
      tasks.addTask { try? await Task.sleep(for: Self.lastRunLimit) }
      _ = try await tasks.next()
      tasks.cancelAll()
      try await tasks.waitForAll()
    }
  }

  /// - Returns: whether the target was left with a part of a line.
  private func follow(_ settings: AuditExportSettings) async -> Bool {
    var isFailing = false
    while !Task.isCancelled {
      do {
        var export = try await makeExport(settings)
        while !Task.isCancelled {
          _ = try await export.run()
          if isFailing { tellRecovery() }
          isFailing = false
          try await Task.sleep(for: Self.interval)
        }
      } catch {
        // What was cut short by the end of the service is exported behind it.
        guard !Task.isCancelled else {
          return (error as? ExportFailure)?.leavesPartOfALine ?? false
        }
        if !isFailing { tellFailure("\(error)") }
        isFailing = true
        try? await Task.sleep(for: Self.retryInterval)
      }
    }
    return false
  }
}
