import HTTP2
import NIOCore

/// The messages of one stream for whoever pulls them. Confined to the event loop of the stream.
///
/// The window of received bytes goes back to the peer when their message is taken, so that a slow
/// reader slows the sender down and holds at most one window. While a reader waits, the window goes
/// back at once, because a message may be longer than a window.
final class InboundMessages {
  /// What a pull gave.
  enum Pulled {
    case message(FramedMessage)
    case end
  }

  private enum End {
    case open
    /// No more comes; behind the last message there is this error, or none.
    case complete(RPCError?)
    case failed(any Error)
  }

  private let stream: HTTP2Stream
  private let waiting: WaitingTasks
  private var deframer: MessageDeframer
  private var end = End.open
  /// Received bytes whose window has not been given back.
  private var heldByteCount = 0

  init(stream: HTTP2Stream, deframer: MessageDeframer) {
    self.stream = stream
    self.deframer = deframer
    waiting = WaitingTasks(eventLoop: stream.eventLoop)
  }

  // MARK: Events of the stream

  func receive(_ data: ByteBuffer) {
    guard case .open = end else { return stream.consume(data.readableBytes) }
    heldByteCount += data.readableBytes
    deframer.append(data)
    guard !waiting.isEmpty else { return }
    if deframer.isReady {
      stream.awaitsBody = false
      waiting.wakeAll()
    } else {
      askForMore()
    }
  }

  /// The sender named an encoding.
  func admitCompression() {
    deframer.admitsCompression = true
  }

  /// The peer sends no more. With an error the messages that are here can still be read.
  func finish(throwing error: RPCError? = nil) {
    guard case .open = end else { return }
    end = .complete(error)
    waiting.wakeAll()
  }

  /// Nothing more will be taken: drops what is here; every pull throws `error` from now on.
  func close(throwing error: any Error) {
    end = .failed(error)
    deframer = MessageDeframer(limit: 0)
    giveBack(downTo: 0)
    waiting.wakeAll()
  }

  // MARK: Reading

  /// The next message or the end, nil where neither is here yet.
  ///
  /// - Throws: an `RPCError` where the bytes cannot be cut into messages; what `close` was given.
  func pull() throws -> Pulled? {
    if case .failed(let error) = end { throw error }
    if let message = try deframer.next() {
      stream.count(received: message)
      giveBack(downTo: deframer.byteCount)
      return .message(message)
    }
    guard case .complete(let error) = end else { return nil }
    if let error { throw error }
    guard deframer.isEmpty else { throw ServerCallStateMachine.cutMessage }
    return .end
  }

  /// The next message, nil at the end.
  ///
  /// - Throws: as `pull`, and `CancellationError` where the task is cancelled.
  func next() async throws -> FramedMessage? {
    while true {
      switch try pull() {
      case .message(let message): return message
      case .end: return nil
      case nil: break
      }
      try Task.checkCancellation()
      askForMore()
      await waiting.wait()
    }
  }

  /// A reader waits: from here on it is the peer's turn, if a message has begun.
  private func askForMore() {
    giveBack(downTo: 0)
    stream.awaitsBody = !deframer.isEmpty
  }

  private func giveBack(downTo byteCount: Int) {
    guard heldByteCount > byteCount else { return }
    stream.consume(heldByteCount - byteCount)
    heldByteCount = byteCount
  }
}

/// The reading end of a stream's messages, for any task.
struct MessageSource: Sendable {
  private let messages: NIOLoopBound<InboundMessages>
  private let executor: EventLoopExecutor
  private let inflation: NIOLoopBound<MessageInflation>?
  let coding: MessageCoding

  /// - Parameter inflation: who inflates the messages of a peer that others must not wait for; nil
  ///   for a server that its client has chosen.
  init(
    _ messages: InboundMessages, executor: EventLoopExecutor, coding: MessageCoding,
    inflation: MessageInflation? = nil
  ) {
    self.messages = NIOLoopBound(messages, eventLoop: executor.eventLoop)
    self.executor = executor
    self.coding = coding
    self.inflation = inflation.map { NIOLoopBound($0, eventLoop: executor.eventLoop) }
  }

  /// The next message, nil at the end.
  func next() async throws -> FramedMessage? {
    try Task.checkCancellation()
    if executor.eventLoop.inEventLoop, let pulled = try messages.value.pull() {
      guard case .message(let message) = pulled else { return nil }
      return try await inflated(message)
    }
    let message = try await withTaskExecutorPreference(executor) {
      try await messages.value.next()
    }
    guard let message else { return nil }
    return try await inflated(message)
  }

  private func inflated(_ message: FramedMessage) async throws -> FramedMessage {
    guard message.isCompressed, let inflation else { return message }
    return try await withTaskExecutorPreference(executor) {
      try await inflation.value.inflated(message, limit: coding.maximumReceiveMessageLength)
    }
  }
}
