import NIOCore
import Synchronization

/// The connections of one listener, over all its event loops, and how many of them there may be.
final class OpenConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var perAddress: [String: Int] = [:]
    var accepted = 0
    var refused = 0
    var isClosed = false
  }

  private let limit: Int
  private let limitPerAddress: Int
  private let state = Mutex(State())

  init(limit: Int, limitPerAddress: Int) {
    self.limit = limit
    self.limitPerAddress = limitPerAddress
  }

  /// Remembers a connection until it closes. False when the listener takes no more.
  func insert(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let isAdmitted = state.withLock { state in
      guard !state.isClosed else { return false }
      state.accepted += 1
      guard state.channels.count < limit else {
        state.refused += 1
        return false
      }
      state.channels[id] = channel
      return true
    }
    if isAdmitted {
      channel.closeFuture.whenComplete { _ in
        _ = self.state.withLock { $0.channels.removeValue(forKey: id) }
      }
    }
    return isAdmitted
  }

  /// Counts a connection for its peer's address until it closes. False when there are too many.
  func admit(_ channel: any Channel, from address: String) -> Bool {
    let isAdmitted = state.withLock { state in
      guard state.perAddress[address, default: 0] < limitPerAddress else {
        state.refused += 1
        return false
      }
      state.perAddress[address, default: 0] += 1
      return true
    }
    if isAdmitted {
      channel.closeFuture.whenComplete { _ in self.leave(address) }
    }
    return isAdmitted
  }

  private func leave(_ address: String) {
    state.withLock { state in
      let left = state.perAddress[address, default: 0] - 1
      state.perAddress[address] = left > 0 ? left : nil
    }
  }

  /// Takes no more connections from here on; returns those that are open.
  func close() -> [any Channel] {
    state.withLock { state in
      state.isClosed = true
      return Array(state.channels.values)
    }
  }

  var figures: (accepted: Int, refused: Int, open: [any Channel]) {
    state.withLock { ($0.accepted, $0.refused, Array($0.channels.values)) }
  }
}
