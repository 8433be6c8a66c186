import NIOCore

/// Inflates compressed messages of one event loop, one behind the other, and never for long: a few
/// bytes of a peer become thousands, and all others on the loop would wait for that. Confined to the
/// loop.
final class InflationLane {
  /// Bytes made in one `period`: some 50 microseconds of work, so that the lane takes at most about a
  /// quarter of its loop.
  static let byteCountInPeriod = 64 << 10
  private static let period = TimeAmount.microseconds(250)

  private let eventLoop: any EventLoop
  private var isBusy = false
  private var waiting = CircularBuffer<CheckedContinuation<Void, Never>>()
  private var byteCountLeft = byteCountInPeriod
  private var periodStart = NIODeadline.uptimeNanoseconds(0)

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// The original of a message; nil if it is longer than `most` bytes, and no longer than `limit`.
  ///
  /// - Throws: as `Gzip.Inflation`; `CancellationError` where the task is cancelled.
  func inflate(_ payload: ByteBuffer, limit: Int, most: Int) async throws -> ByteBuffer? {
    await enter()
    defer { leave() }
    await waitForAllowance()
    let inflation = try Gzip.Inflation(payload, limit: limit)
    while true {
      let before = inflation.output.readableBytes
      let isWhole = try inflation.step(min(byteCountLeft, most - before))
      // A message has a price, whatever it holds.
      byteCountLeft -= inflation.output.readableBytes - before + payload.readableBytes + 1024
      if isWhole { return inflation.output }
      guard inflation.output.readableBytes < most else { return nil }
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

  private func waitForAllowance() async {
    if byteCountLeft <= 0, eventLoop.now < periodStart + Self.period {
      await withCheckedContinuation { continuation in
        eventLoop.assumeIsolated().scheduleTask(in: Self.period) { continuation.resume() }
      }
    }
    let now = eventLoop.now
    guard now >= periodStart + Self.period else { return }
    periodStart = now
    byteCountLeft = Self.byteCountInPeriod
  }
}

/// The two lanes of one event loop: those who bring bombs wait for each other, and nobody for them.
final class MessageInflation {
  /// What the quick lane makes of a message at most, in bytes; a longer one begins anew in the other.
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
