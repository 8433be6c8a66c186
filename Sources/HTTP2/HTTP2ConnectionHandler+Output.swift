import Logging
import NIOCore

/// Output: drained from the session while the channel takes bytes, and the last words.
extension HTTP2ConnectionHandler {
  /// How long a connection that has said its last word waits for the peer to read it and to close,
  /// before the socket is closed: closing at once, with input unread, would throw the word away.
  static let closePatience = TimeAmount.milliseconds(500)

  /// Capacity of the output buffer that an idle connection keeps, in bytes.
  static let keptOutputCapacity = 1 << 14

  /// Output is waiting: it leaves with the batch at work, or at the end of this turn of the loop,
  /// however many tasks have asked for it.
  func setNeedsFlush() {
    needsFlush = true
    flushes.countOrder()
    guard !isReading, !isFlushing else { return }
    scheduleFlush()
  }

  func scheduleFlush() {
    guard !isFlushScheduled else { return }
    isFlushScheduled = true
    flushes.add(self)
  }

  func flushScheduled(at now: NIODeadline) {
    isFlushScheduled = false
    self.now = now
    flush()
  }

  /// Drains the session while the channel takes bytes; a peer that does not read stops it here.
  func flush() {
    guard isReady, !isFlushing, !isClosing, let context else { return }
    isFlushing = true
    defer { isFlushing = false }
    var hasMore = true
    while hasMore || needsFlush, !isClosing, isWritable {
      needsFlush = false
      output.clear()
      do {
        hasMore = try session.drain(into: &output, upTo: limits.writeBatch)
      } catch {
        return fail(error)
      }
      if output.readableBytes > 0 {
        statistics.bytesSent += output.readableBytes
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        noteSent()
      }
      route(nil)
    }
    if output.storageCapacity > Self.keptOutputCapacity {
      output = ByteBuffer()
    }
    guard !isClosing else { return }
    if session.isFinished {
      close(lastWords: ByteBuffer())
    } else {
      watchWriting(context)
      armTimer()
    }
  }

  /// Charges what was sent: frames that the peer made us send, and those that prove that it works.
  private func noteSent() {
    let sent = session.sent
    guard sent != SentCounts() else { return }
    session.sent = SentCounts()
    if sent.headers + sent.data > 0 { life.sentMessage() }
    if sent.forcedResets > 0 { hasOffended = true }
    if role == .server, let abuse = budget.charge(sent, at: now) {
      fail(HTTP2Error(abuse))
    }
  }

  private func watchWriting(_ context: ChannelHandlerContext) {
    if isWritable {
      patience.end(.write)
    } else {
      patience.begin(.write, at: context.eventLoop.now)
    }
  }

  /// Ends the connection after an error that it does not survive. Its GOAWAY is written by hand,
  /// because the library must not be asked for anything more.
  func fail(_ error: HTTP2Error) {
    guard !isClosing else { return }
    logger?.debug(
      "HTTP/2 connection ended",
      metadata: [
        "peer": "\(connection.peer)", "code": "\(error.code)", "reason": "\(error.reason)",
      ])
    var goaway = ByteBuffer()
    if isReady {
      Goaway(
        lastStream: session.native.lastProcessedStream, code: error.code,
        debugData: error.reason
      ).write(to: &goaway)
    }
    close(lastWords: goaway)
    closeStreams()
  }

  /// Sends GOAWAY and closes; streams in flight end with the connection.
  func terminate() {
    guard !isClosing else { return }
    guard isReady else { return channel.close(promise: nil) }
    session.terminate(.noError)
    flush()
  }

  /// Sends the last bytes, then the end of output, and reads on without looking until the peer has
  /// closed, too, or patience is over.
  private func close(lastWords: ByteBuffer) {
    guard let context else { return }
    isClosing = true
    timer.cancel()
    let channel = channel
    let written = context.eventLoop.makePromise(of: Void.self)
    let patience = context.eventLoop.scheduleTask(in: Self.closePatience) {
      channel.closeAtOnce()
    }
    channel.closeFuture.whenComplete { _ in patience.cancel() }
    let lingers = role == .server && isReady
    written.futureResult.whenComplete { result in
      guard lingers, case .success = result else { return channel.close(promise: nil) }
      channel.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    }
    context.writeAndFlush(wrapOutboundOut(lastWords), promise: written)
  }
}
