import Logging
import ServiceLifecycle
import UnixSignals

/// What is read from files, and can be read again.
protocol Reloadable: Sendable {
  /// As they were before they were last read. Which ones they are may change with what they hold.
  var files: WatchedFiles { get }

  /// Reads the files again; what is refused leaves the old content in force.
  func reload(_ logger: Logger)
}

/// Reads files again on SIGHUP, and when one of them has changed.
struct ReloadService: Service {
  /// How often the files are looked at: one `stat` for each.
  static let interval = Duration.seconds(2)

  /// Made before the first port is opened, so that no SIGHUP finds its default action in force.
  let signals: UnixSignalsSequence
  let sources: [any Reloadable]
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup { tasks in
        tasks.addTask {
          for await _ in signals {
            for source in sources { source.reload(logger) }
          }
        }
        for source in sources {
          tasks.addTask { await watch(source) }
        }
      }
    }
  }

  private func watch(_ source: any Reloadable) async {
    while !Task.isCancelled {
      // Cancellation ends the sleep and the loop.
      try? await Task.sleep(for: Self.interval)
      var files = source.files
      if files.haveChanged() { source.reload(logger) }
    }
  }
}
