import NIOCore
import Synchronization

/// The connections of one listener, over all its event loops.
final class OpenConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Remembers a connection until it closes. False when the listener takes no more.
  func insert(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isOpen = state.withLock { state in
      guard !state.isClosed else { return false }
      state.channels[id] = channel
      return true
    }
    if isOpen {
      channel.closeFuture.whenComplete { _ in
        _ = self.state.withLock { $0.channels.removeValue(forKey: id) }
      }
    }
    return isOpen
  }

  /// Takes no more connections from here on; returns those that are open.
  func close() -> [any Channel] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.channels.values)
    }
  }
}
