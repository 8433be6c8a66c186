import GRPC
import Journal
import Logging
import Provisioning
import ServiceLifecycle
import UnixSignals

/// The callers' door: says that it will close, stops accepting and lets the calls in flight end.
struct GRPCService: Service {
  /// How long clients that watch the health may take to be told. They are told at once; one that
  /// does not read must not hold the drain.
  static let healthLimit = Duration.seconds(1)

  let server: GRPCServer
  let health: HealthReporter
  let drainTimeout: Duration

  func run() async throws {
    do {
      try await gracefulShutdown()
    } catch {
      // Another service failed, e.g. the journal's disk: there is nothing to wait for.
      return await server.shutdown(grace: .zero)
    }
    await health.drain(waitingAtMost: Self.healthLimit)
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
  let journal: any ServerJournal
  let policies: PolicyStore
  let checkpoints: CheckpointLog

  func run() async throws {
    for await failure in journal.failure.cancelOnGracefulShutdown() {
      throw StartError(.journalFailed, failure.description)
    }
    // A journal that takes nothing now says below what it has lost.
    try? await journal.record(.stopped, policyDigest: policies.current.digest)
    await checkpoints.write()
    if let loss = await journal.close() {
      throw StartError(.journalFailed, loss.description)
    }
  }
}

/// Keeps the journal in order: its keys, and how long it holds what.
struct MaintenanceService: Service {
  let journal: any ServerJournal
  let settings: JournalMaintenance.Settings
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await journal.maintain(settings, logger: logger)
    }
  }
}

/// Looks after creations in doubt. What it leaves is taken up at the next start.
struct ReconciliationService: Service {
  let creations: any Creations

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await creations.run()
    }
  }
}

/// Waits for SIGTERM or SIGINT, at which the whole group shuts down gracefully. A second one says
/// that this takes too long: it ends the process at once. What the journal has acknowledged is
/// durable already.
struct StopSignalService: Service {
  /// Made before the first port is opened, so that no signal finds its default action in force.
  let signals: UnixSignalsSequence
  let logger: Logger

  func run() async throws {
    let (stop, continuation) = AsyncStream<Never>.makeStream()
    // Outlives this service, whose end starts the drain; it never outlives the process.
    Task {
      var isDraining = false
      for await signal in signals {
        if isDraining {
          logger.warning("stopped by a second signal", metadata: ["signal": "\(signal)"])
          ProcessSurroundings.exitAtOnce(Self.exitCode(of: signal))
        }
        isDraining = true
        logger.notice("draining", metadata: ["signal": "\(signal)"])
        continuation.finish()
      }
    }
    for await _ in stop {}
  }

  /// As a shell tells of a process that a signal ended.
  private static func exitCode(of signal: UnixSignal) -> Int32 { signal == .sigint ? 130 : 143 }
}
