import NIOCore
import Synchronization

/// The connections of one listener, over all its event loops, and how many of them there may be.
///
/// When all places are taken, a newcomer gets that of the oldest connection that has made no request
/// yet: a flood of silent connections then stands in nobody's way, and an honest client that has lost
/// an unused connection makes another one. With no such connection the newcomer is turned away.
final class OpenConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var perAddress: [String: Int] = [:]
    var accepted = 0
    var refused = 0
    /// Connections that have made no request yet, the oldest first; those that have, or that are
    /// gone, stay in the queue until their turn.
    var silent: Set<ObjectIdentifier> = []
    var silentQueue = CircularBuffer<ObjectIdentifier>()
    var isClosed = false

    /// Takes the oldest silent connection out.
    mutating func evict() -> (any Channel)? {
      while let id = silentQueue.popFirst() {
        guard silent.remove(id) != nil, let channel = channels.removeValue(forKey: id) else {
          continue
        }
        return channel
      }
      return nil
    }
  }

  private let limit: Int
  private let limitPerAddress: Int
  private let state = Mutex(State())

  init(limit: Int, limitPerAddress: Int) {
    self.limit = limit
    self.limitPerAddress = limitPerAddress
  }

  /// What becomes of a connection that was accepted.
  enum Verdict {
    case admitted
    /// Admitted, and this one has to go for it.
    case inPlaceOf(any Channel)
    /// There is no place for it.
    case refused
  }

  /// Remembers a connection until it closes, unless there is no place for it.
  /// - Parameter isProcessFull: there is none but that of another one, whatever the limit is.
  func insert(_ channel: any Channel, isProcessFull: Bool = false) -> Verdict {
    let id = ObjectIdentifier(channel)
    let verdict = state.withLock { state -> Verdict in
      guard !state.isClosed else { return .refused }
      state.accepted += 1
      var verdict = Verdict.admitted
      if isProcessFull || state.channels.count >= limit {
        state.refused += 1
        guard let evicted = state.evict() else { return .refused }
        verdict = .inPlaceOf(evicted)
      }
      state.channels[id] = channel
      state.silent.insert(id)
      state.silentQueue.append(id)
      return verdict
    }
    if case .refused = verdict { return verdict }
    channel.closeFuture.whenComplete { _ in self.remove(id) }
    return verdict
  }

  /// The peer makes requests: the connection keeps its place.
  func prove(_ channel: any Channel) {
    _ = state.withLock { $0.silent.remove(ObjectIdentifier(channel)) }
  }

  private func remove(_ id: ObjectIdentifier) {
    state.withLock { state in
      state.channels[id] = nil
      state.silent.remove(id)
      // Those that are gone are let go of when they are most of the queue.
      if state.silentQueue.count > 2 * state.silent.count + 64 {
        let silent = state.silent
        state.silentQueue.removeAll { !silent.contains($0) }
      }
    }
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
