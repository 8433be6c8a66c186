import NIOCore
import Synchronization

/// The connections of a sandbox, so that a shutdown can close them.
final class OpenConnections: Sendable {
  private struct State: ~Copyable {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var acceptedCount: UInt64 = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Since the start, open or not.
  var acceptedCount: UInt64 { state.withLock { $0.acceptedCount } }

  /// Keeps the channel until it closes; after ``closeAll()`` it is closed at once.
  func add(_ channel: any Channel) {
    let isClosed = state.withLock { state in
      state.acceptedCount += 1
      if !state.isClosed { state.channels[ObjectIdentifier(channel)] = channel }
      return state.isClosed
    }
    guard !isClosed else { return channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
    }
  }

  func closeAll() async {
    let channels = state.withLock { state in
      state.isClosed = true
      return Array(state.channels.values)
    }
    for channel in channels { try? await channel.close().get() }
  }
}
