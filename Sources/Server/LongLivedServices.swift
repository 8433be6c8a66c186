import GRPC
import Journal
import Logging
import ServiceLifecycle
import UnixSignals

/// The callers' door: stops accepting and lets the calls in flight end.
struct GRPCService: Service {
  let server: GRPCServer
  let drainTimeout: Duration

  func run() async throws {
    try? await gracefulShutdown()
    await server.shutdown(grace: drainTimeout)
  }
}

/// The admin port.
struct AdminService: Service {
  let listener: AdminListener

  func run() async throws {
    try? await gracefulShutdown()
    await listener.close()
  }
}

/// The journal: closed last, and the end of the process when its disk fails.
struct JournalService: Service {
  let journal: SQLiteJournal

  func run() async throws {
    for await failure in journal.failure.cancelOnGracefulShutdown() {
      throw StartError(.journalFailed, failure.description)
    }
    if let loss = await journal.close() {
      throw StartError(.journalFailed, loss.description)
    }
  }
}

/// Reads the policy document again on SIGHUP.
struct PolicyReloadService: Service {
  let policies: PolicyStore
  let logger: Logger

  func run() async throws {
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      policies.reload(logger)
    }
  }
}
