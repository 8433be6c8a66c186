import Journal
import Logging
import NIOCore
import Provisioning
import ServiceLifecycle

/// Has the journal's checkpoints cosigned by a witness, who keeps that the journal only grew. Nothing
/// waits for it: a witness that is away or refuses is told of in the log, and asked again.
struct WitnessService: Service {
  /// Between two questions, if the journal has grown.
  static let interval = Duration.seconds(5)
  /// After a failure; doubled with each one that follows, up to the longest.
  static let retryInterval = Duration.seconds(1)
  static let longestRetryInterval = Duration.seconds(60)
  /// Questions in a row, each from the tree that the witness said last.
  private static let questionLimit = 3

  /// `nil`: no witness is asked.
  let settings: WitnessSettings?
  let journal: any ServerJournal
  let logger: Logger
  private let client: WitnessClient?

  /// - Throws: a ``StartError`` where no connection can be secured.
  init(
    _ settings: WitnessSettings?, _ journal: any ServerJournal, group: any EventLoopGroup,
    logger: Logger
  ) throws(StartError) {
    self.settings = settings
    self.journal = journal
    self.logger = logger
    do {
      client = try settings.map { try WitnessClient($0.url, group: group) }
    } catch {
      throw StartError(.configuration, "--journal-witness: TLS cannot be set up")
    }
  }

  func run() async throws {
    guard let settings, let client, let proofs = journal.proofs else {
      try? await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown { await follow(settings, client, proofs) }
  }

  private func follow(
    _ settings: WitnessSettings, _ client: WitnessClient, _ proofs: JournalProofs
  ) async {
    var retry = Self.retryInterval
    var problem: String?
    while !Task.isCancelled {
      var pause = Self.interval
      do {
        try await ask(settings, client, proofs)
        retry = Self.retryInterval
        if problem != nil { logger.notice("the witness cosigns checkpoints again") }
        problem = nil
      } catch {
        guard !Task.isCancelled else { return }
        // A line for each new problem, not for each failure.
        if problem != "\(error)" {
          logger.log(
            level: (error as? WitnessFailure)?.isGrave == true ? .critical : .warning,
            "the witness cosigns no checkpoint",
            metadata: ["witness": "\(settings.url)", "reason": "\(error)"])
        }
        problem = "\(error)"
        pause = retry
        retry = min(retry * 2, Self.longestRetryInterval)
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// Asks about the newest checkpoint, unless the witness has cosigned it already.
  private func ask(
    _ settings: WitnessSettings, _ client: WitnessClient, _ proofs: JournalProofs
  ) async throws {
    let kept = seen(settings, proofs)
    var old = kept ?? 0
    for _ in 0..<Self.questionLimit {
      let size = try await proofs.checkpoint().checkpoint.size
      guard old <= size else { throw WitnessFailure.ahead(size: old) }
      if kept == size { return }
      let request = try await proofs.witnessRequest(from: old)
      let answer = try await client.post(request.body)
      switch answer.status {
      case 200:
        guard let cosigned = request.cosigned(by: answer.body, key: settings.key) else {
          throw WitnessFailure.forged
        }
        try proofs.cosigned.keep(cosigned)
        logger.debug("cosigned", metadata: ["tree_size": "\(cosigned.checkpoint.size)"])
        return
      case 409:
        guard let seen = Self.size(answer.body) else { throw WitnessFailure.malformed }
        guard seen != old else { throw WitnessFailure.forked(size: seen) }
        old = seen
      default: throw WitnessFailure.refused(answer.status)
      }
    }
    throw WitnessFailure.unsteady
  }

  /// Records of the newest tree that this witness has cosigned, as far as it is known. It knows better.
  private func seen(_ settings: WitnessSettings, _ proofs: JournalProofs) -> Int64? {
    do {
      // Another witness's says nothing of what this one has seen.
      guard let newest = try proofs.cosigned.newest(), newest.isCosigned(by: settings.key) else {
        return nil
      }
      return newest.checkpoint.size
    } catch {
      logger.error(
        "the cosigned checkpoint is asked for anew", metadata: ["reason": "\(error)"])
      return nil
    }
  }

  /// Decimal digits and a line feed (C2SP tlog-witness, `text/x.tlog.size`).
  private static func size(_ body: String) -> Int64? {
    guard body.hasSuffix("\n"), let size = Int64(body.dropLast()), size >= 0,
      String(size) == body.dropLast()
    else { return nil }
    return size
  }
}
