import Journal
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Takes operators' tasks for a journal that this process alone has open: its lock keeps every other
/// process from doing them.
struct ControlService: Service {
  /// `nil`: a journal that others can reach beside this process.
  let journal: SQLiteJournal?
  let group: any EventLoopGroup
  let logger: Logger

  /// A socket that cannot be made takes nothing from the callers: it is told, and operators wait for
  /// the service to stop.
  func run() async throws {
    guard let journal else {
      try? await gracefulShutdown()
      return
    }
    let path = ControlSocket.path(besides: journal.path)
    do {
      let descriptor = try ControlSocket.bind(path)
      defer { ControlSocket.remove(path) }
      let listener = try await ServerBootstrap(group: group)
        .bind(descriptor) { channel in
          channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
          }
        }
      // What is under way is cut short: a backup leaves nothing behind, a verdict is one write.
      try await cancelWhenGracefulShutdown { try await serve(listener, journal) }
    } catch is CancellationError {
      return
    } catch {
      logger.warning(
        "operators cannot reach the running service",
        metadata: ["control": "\(path)", "reason": "\(error)"])
      try? await gracefulShutdown()
    }
  }

  private func serve(
    _ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>,
    _ journal: SQLiteJournal
  ) async throws {
    try await listener.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { tasks in
        for try await connection in connections {
          tasks.addTask {
            // Whoever asked has gone; what was done is in the log.
            try? await connection.executeThenClose { pieces, answers in
              guard let task = try await ControlLine.decode(JournalTask.self, from: pieces) else {
                return
              }
              guard let line = ControlLine.encode(await perform(task, on: journal)) else { return }
              try await answers.write(line)
            }
          }
        }
      }
    }
  }

  private func perform(
    _ task: JournalTask, on journal: SQLiteJournal
  ) async -> ControlAnswer {
    do {
      let line = try await task.run(on: journal)
      logger.notice("an operator's task was done", metadata: ["task": "\(line)"])
      return .done(line)
    } catch {
      logger.notice("an operator's task was refused", metadata: ["reason": "\(error)"])
      return .refused(error.description)
    }
  }
}
