import NIOCore

/// What a stream waits for from its peer at this time.
enum StreamWait: Equatable {
  case nothing
  /// More of a message that has begun.
  case body
  /// A window for the rest of a complete answer.
  case answer
  /// A window for an answer that is still being made.
  case stream
}

/// Whether one stream moves, looked at now and then. A value with the time as an argument.
struct StreamProgress {
  private var wait = StreamWait.nothing
  private var moved = 0
  private var since = NIODeadline.distantPast

  /// - Parameter moved: all bytes so far of the body that the peer has to move in this wait.
  /// - Returns: whether the peer has had its time.
  mutating func isStalled(
    _ wait: StreamWait, moved: Int, _ limits: PatienceLimits, at now: NIODeadline
  ) -> Bool {
    if wait != self.wait || moved - self.moved >= limits.minimumProgress {
      self.wait = wait
      self.moved = moved
      since = now
    }
    let patience: Duration? =
      switch wait {
      case .nothing: nil
      case .body: limits.body
      case .answer: limits.answer
      case .stream: limits.stream
      }
    guard let patience else { return false }
    return now >= since + TimeAmount(patience)
  }
}
