import Journal
import Logging
import ServiceLifecycle
import Synchronization

/// Writes the journal's newest checkpoint to the log, where whoever keeps logs keeps it: records that
/// it covers cannot be changed any more without being noticed.
final class CheckpointLog: Service {
  /// Between two checkpoints in the log, if the journal has grown.
  static let interval = Duration.seconds(60)

  private let journal: any ServerJournal
  private let logger: Logger
  /// Records of the last one.
  private let size = Mutex<Int64>(-1)

  init(journal: any ServerJournal, logger: Logger) {
    self.journal = journal
    self.logger = logger
  }

  func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      await write()
      // Cut short by the end.
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.interval) }
    }
  }

  /// Writes it now, unless it is the last one. One that cannot be read is written the next time.
  func write() async {
    guard let proofs = journal.proofs else { return }
    let signed: SignedCheckpoint
    do {
      signed = try await proofs.checkpoint()
    } catch {
      logger.warning("the checkpoint cannot be read", metadata: ["reason": "\(error)"])
      return
    }
    let isNew = size.withLock { size in
      defer { size = signed.checkpoint.size }
      return size != signed.checkpoint.size
    }
    guard isNew else { return }
    logger.notice(
      "checkpoint",
      metadata: [
        "origin": "\(signed.checkpoint.origin)", "tree_size": "\(signed.checkpoint.size)",
        "note": "\(signed.note)",
      ])
  }
}
