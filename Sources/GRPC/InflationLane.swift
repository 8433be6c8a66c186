import NIOCore

/// Inflates compressed messages of one event loop, one behind the other, and never for long: a few
/// bytes of a peer become thousands, and all others on the loop would wait for that. Confined to the
/// loop.
final class InflationLane {
  /// What all messages of one `period` may cost, as `Gzip.Inflation` counts: some 50 microseconds of
  /// work, ten times that of the worst bytes. Who has used it up pauses for a period, so that the lane
  /// takes about a quarter of its loop.
  static let allowanceOfPeriod = 64 << 10
  /// What a message costs whatever it holds.
  private static let messagePrice = 1 << 10
  private static let period = TimeAmount.microseconds(250)

  private let eventLoop: any EventLoop
  private var isBusy = false
  private var waiting = CircularBuffer<CheckedContinuation<Void, Never>>()
  private var allowance = allowanceOfPeriod
  private var periodStart = NIODeadline.uptimeNanoseconds(0)

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// The original of a message, no longer than `limit`; nil if to make it costs more than `most`.
  ///
  /// - Throws: as `Gzip.Inflation`; `CancellationError` where the task is cancelled.
  func inflate(_ payload: ByteBuffer, limit: Int, most: Int) async throws -> ByteBuffer? {
    await enter()
    defer { leave() }
    await waitForAllowance()
    let inflation = try Gzip.Inflation(payload, limit: limit)
    charge(Self.messagePrice)
    while true {
      let before = inflation.cost
      let isWhole = try inflation.step(min(allowance, most - before))
      charge(inflation.cost - before)
      if isWhole { return inflation.output }
      guard inflation.cost < most else { return nil }
      await waitForAllowance()
      try Task.checkCancellation()
    }
  }

  private func enter() async {
    if isBusy {
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isBusy = true
    }
  }

  /// The next one has the lane without its being free in between.
  private func leave() {
    if let next = waiting.popFirst() {
      next.resume()
    } else {
      isBusy = false
    }
  }

  private func charge(_ cost: Int) {
    allowance -= cost
    // However long that has taken, the others on the loop have their turn now.
    if allowance <= 0 { periodStart = eventLoop.now }
  }

  private func waitForAllowance() async {
    if allowance <= 0, eventLoop.now < periodStart + Self.period {
      await withCheckedContinuation { continuation in
        eventLoop.assumeIsolated().scheduleTask(in: Self.period) { continuation.resume() }
      }
    }
    let now = eventLoop.now
    guard now >= periodStart + Self.period else { return }
    periodStart = now
    allowance = Self.allowanceOfPeriod
  }
}

/// The two lanes of one event loop: those who bring bombs wait for each other, and nobody for them.
final class MessageInflation {
  /// What a message may cost in the quick lane; a dearer one begins anew in the other.
  private static let mostInQuickLane = 64 << 10

  let eventLoop: any EventLoop
  private let quick: InflationLane
  private let long: InflationLane

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    quick = InflationLane(eventLoop: eventLoop)
    long = InflationLane(eventLoop: eventLoop)
  }

  /// The message with its original, if it is compressed.
  ///
  /// - Throws: as `InflationLane`.
  func inflated(_ message: FramedMessage, limit: Int) async throws -> FramedMessage {
    guard message.isCompressed else { return message }
    var message = message
    message.original = try await quick.inflate(
      message.payload, limit: limit, most: Self.mostInQuickLane)
    if message.original == nil {
      message.original = try await long.inflate(message.payload, limit: limit, most: .max)
    }
    return message
  }
}
