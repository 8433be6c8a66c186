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
      reader: journal.sealedRecords, target: settings.target, cursorPath: settings.cursorPath)
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
    await cancelWhenGracefulShutdown { await follow(settings) }
    // The last records, but for the one that the service has stopped.
    do {
      var export = try await makeExport(settings)
      _ = try await export.run()
    } catch {
      logger.warning(
        "the export of the audit trail is behind; the next start goes on with it",
        metadata: ["reason": "\(error)"])
    }
  }

  private func follow(_ settings: AuditExportSettings) async {
    var isFailing = false
    while !Task.isCancelled {
      do {
        var export = try await makeExport(settings)
        if isFailing { logger.notice("the audit trail is exported again") }
        isFailing = false
        while !Task.isCancelled {
          _ = try await export.run()
          try await Task.sleep(for: Self.interval)
        }
      } catch {
        // What was cut short by the end of the service is exported behind it.
        guard !Task.isCancelled else { return }
        if !isFailing {
          logger.error("the audit trail cannot be exported", metadata: ["reason": "\(error)"])
        }
        isFailing = true
        try? await Task.sleep(for: Self.retryInterval)
      }
    }
  }
}
