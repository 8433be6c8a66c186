import Journal
import Provisioning
import Server

/// Runs effects and keeps nothing of them.
struct NoJournal: ServerJournal {
  private let sink: AsyncStream<JournalFailure>.Continuation
  let failure: AsyncStream<JournalFailure>

  init() {
    (failure, sink) = AsyncStream.makeStream()
  }

  func record(
    _ intent: CreationIntent, effect: @escaping @Sendable () async -> DirectoryAnswer
  ) async throws(JournalError) -> DirectoryAnswer {
    await effect()
  }

  func record(_ denial: Denial) {}

  func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    AuditPage(events: [], nextPageToken: "")
  }

  func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? { nil }

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
