import NIOCore

/// The connections of one event loop whose output leaves at the end of the loop's turn. Confined to
/// that loop.
///
/// A write wakes its peer, which costs more than the write, and what is between two writes finds
/// the caches cold. So connections that are read in one turn write one behind the other after the
/// last of them, unless much is waiting already: then no answer waits for those to come.
final class LoopFlushes {
  /// Orders of streams (a header section, bytes, an end) that wait for the end of a turn: some ten
  /// answers, and so a few hundred microseconds.
  static let mostWaitingOrders = 32

  private let eventLoop: any EventLoop
  private let mostWaitingOrders: Int
  private var handlers: [HTTP2ConnectionHandler] = []
  private var waitingOrders = 0
  private var isScheduled = false

  /// - Parameter mostWaitingOrders: with 0 each batch of input is answered at its end, which is
  ///   right for the only connection of a loop.
  init(eventLoop: any EventLoop, mostWaitingOrders: Int = mostWaitingOrders) {
    self.eventLoop = eventLoop
    self.mostWaitingOrders = mostWaitingOrders
  }

  /// A stream has something to send.
  func countOrder() {
    waitingOrders += 1
  }

  /// Flushes a connection at the end of this turn; once for each that is added.
  func add(_ handler: HTTP2ConnectionHandler) {
    handlers.append(handler)
    guard !isScheduled else { return }
    isScheduled = true
    eventLoop.assumeIsolated().execute {
      self.isScheduled = false
      self.flush()
    }
  }

  /// Flushes now if much is waiting. Not to be called in the middle of an answer.
  func flushIfMuchWaits() {
    if waitingOrders >= mostWaitingOrders { flush() }
  }

  private func flush() {
    guard !handlers.isEmpty else { return }
    let now = eventLoop.now
    waitingOrders = 0
    var batch: [HTTP2ConnectionHandler] = []
    swap(&batch, &handlers)
    for handler in batch {
      handler.flushScheduled(at: now)
    }
    guard handlers.isEmpty else { return }
    batch.removeAll(keepingCapacity: true)
    handlers = batch
  }
}
