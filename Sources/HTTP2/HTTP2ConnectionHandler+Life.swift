import NIOCore

/// When something last happened on a connection.
struct LastTimes {
  var stream: NIODeadline?
  var messageSent: NIODeadline?
  var messageReceived: NIODeadline?
}

/// What time and the state machine of the connection ask for.
extension HTTP2ConnectionHandler {
  /// How often streams are looked at for progress, while there are any; more often if a limit is
  /// short.
  private static let inspectionInterval = TimeAmount.seconds(5)

  /// The least time between two looks, however short a limit is.
  private static let shortestInspectionInterval = TimeAmount.milliseconds(10)

  func obey(_ order: Order) {
    guard !isClosing else { return }
    now = channel.eventLoop.now
    switch order {
    case .shutDown where session.hasSettings:
      if let effect = life.shutDown(at: now) {
        perform(effect)
        flush()
      }
    case .shutDown, .close:
      perform(.close(.noError, .shutdown))
    }
  }

  func perform(_ effect: ConnectionStateMachine.Effect) {
    switch effect {
    case .ping(let payload):
      statistics.keepalivesSent += 1
      session.submitPing(payload)
    case .announceEnd(let reason):
      session.announceEnd(debugData: reason.rawValue)
      session.submitPing(ConnectionStateMachine.drainPing)
    case .refuseStreams(let reason):
      session.refuseStreams(debugData: reason.rawValue)
    case .close(let code, let reason):
      // What has been answered leaves first.
      flush()
      fail(HTTP2Error(code, reason))
    }
    needsFlush = true
  }

  func armTimer() {
    guard !isClosing else { return }
    if streams.count > 0, nextInspection == nil {
      nextInspection = now + inspectionInterval
    }
    let deadline = min(
      life.nextDeadline, patience.nextDeadline, nextInspection ?? .distantFuture)
    guard timer.wakesTooLate(for: deadline) else { return }
    let handler = NIOLoopBound(self, eventLoop: channel.eventLoop)
    timer.arm(for: deadline, on: channel.eventLoop) { handler.value.wake() }
  }

  private func wake() {
    timer.clear()
    guard !isClosing else { return }
    now = channel.eventLoop.now
    if let wait = patience.expired(at: now) { return fail(wait.error) }
    while let effect = life.tick(at: now) {
      perform(effect)
      if isClosing { return }
    }
    inspectStreams()
    flush()
    armTimer()
  }

  /// Resets the streams whose peer has had its time.
  private func inspectStreams() {
    guard let due = nextInspection, due <= now else { return }
    nextInspection = nil
    for stream in streams.all where stream.isStalled(limits.patience, at: now) {
      stream.reset(.cancel)
    }
  }

  private var inspectionInterval: TimeAmount {
    let limits = [limits.patience.body, limits.patience.answer, limits.patience.stream]
    let shortest = limits.compactMap { $0.map { TimeAmount($0) } }.min() ?? Self.inspectionInterval
    let quarter = TimeAmount.nanoseconds(shortest.nanoseconds / 4)
    return max(Self.shortestInspectionInterval, min(Self.inspectionInterval, quarter))
  }

  func snapshot() -> HTTP2ConnectionSnapshot {
    let now = channel.eventLoop.now
    func age(_ time: NIODeadline?) -> Duration? { time.map { Duration(now - $0) } }
    return HTTP2ConnectionSnapshot(
      id: id, localAddress: channel.localAddress, remoteAddress: channel.remoteAddress,
      isSecured: isSecured, counters: statistics, localWindow: session.native.localWindow,
      remoteWindow: session.native.remoteWindow, timeSinceLastStream: age(lastTimes.stream),
      timeSinceLastMessageSent: age(lastTimes.messageSent),
      timeSinceLastMessageReceived: age(lastTimes.messageReceived))
  }
}

extension HTTP2Error {
  init(_ code: HTTP2ErrorCode, _ reason: CloseReason) {
    self.init(code, reason: reason.rawValue)
  }
}
