import HTTP2
import NIOCore

/// The messages that one stream sends. Confined to the event loop of the stream.
///
/// What the peer's windows do not admit yet waits in the stream; above `bound` bytes of it the
/// writers wait, so that a peer that does not read costs that and one message.
final class OutboundMessages {
  private let stream: HTTP2Stream
  private let bound: Int
  /// Whether the peer accepts compressed messages.
  private let isGzipAccepted: Bool
  private let waiting: WaitingTasks
  private(set) var hasSentHead: Bool
  private(set) var isClosed = false

  /// Whether the headers sent name gzip.
  private var isGzipNamed = false

  /// - Parameter hasSentHead: true on a client, whose request's headers opened the stream.
  init(stream: HTTP2Stream, bound: Int, isGzipAccepted: Bool = false, hasSentHead: Bool = false) {
    self.isGzipAccepted = isGzipAccepted
    self.stream = stream
    self.bound = bound
    self.hasSentHead = hasSentHead
    waiting = WaitingTasks(eventLoop: stream.eventLoop)
  }

  private var isFull: Bool { stream.queuedByteCount > bound }

  // MARK: Events of the stream

  func didDrain() {
    waiting.wakeAll()
  }

  /// The call is over: every writer is told so from now on.
  func close() {
    isClosed = true
    waiting.wakeAll()
  }

  // MARK: Writing

  /// Sends the headers, unless they have been sent.
  ///
  /// - Throws: `CancellationError` when the call is over.
  func sendHead(_ metadata: Metadata, compressed: Bool) throws {
    guard !isClosed else { throw CancellationError() }
    guard !hasSentHead else { return }
    isGzipNamed = canCompress(compressed)
    hasSentHead = true
    let encoding = isGzipNamed ? MessageEncoding.gzip : .identity
    stream.send(headers: ResponseFields.head(metadata, encoding: encoding), endStream: false)
  }

  /// Whether the next message is compressed where that is wished.
  private func canCompress(_ wish: Bool) -> Bool {
    wish && (hasSentHead ? isGzipNamed : isGzipAccepted)
  }

  /// Sends a message, with the headers in front if it is the first.
  ///
  /// - Returns: whether there is room for the next one.
  /// - Throws: `CancellationError` when the call is over; what `coding` throws, then nothing is
  ///   sent.
  func send(
    _ message: some Message, compressed: Bool, coding: MessageCoding
  ) throws -> Bool {
    let bytes = try coding.encode(message, compressed: canCompress(compressed))
    try sendHead(Metadata(), compressed: compressed)
    stream.send(bytes)
    stream.count(sent: bytes)
    return !isFull
  }

  /// Ends this side (client).
  func finish() throws {
    guard !isClosed else { throw CancellationError() }
    stream.finish(trailers: nil)
  }

  /// Resets a stream whose messages wait for the peer's windows.
  func cutUnread() {
    guard !isClosed, stream.queuedByteCount > 0 else { return }
    stream.reset(.cancel)
  }

  /// - Throws: `CancellationError` when the call is over or the task is cancelled.
  func waitForRoom() async throws {
    while isFull, !isClosed {
      try Task.checkCancellation()
      await waiting.wait()
    }
    guard !isClosed else { throw CancellationError() }
  }
}

/// The writing end of a stream's messages, for any task.
struct MessageSink: Sendable {
  private let messages: NIOLoopBound<OutboundMessages>
  private let executor: EventLoopExecutor
  let coding: MessageCoding

  init(_ messages: OutboundMessages, executor: EventLoopExecutor, coding: MessageCoding) {
    self.messages = NIOLoopBound(messages, eventLoop: executor.eventLoop)
    self.executor = executor
    self.coding = coding
  }

  func sendHead(_ metadata: Metadata, compressed: Bool?) async throws {
    let compressed = compressed ?? coding.compressesByDefault
    try await withMessages { try $0.sendHead(metadata, compressed: compressed) }
  }

  /// Sends a message and waits until there is room for another one.
  func send(_ message: some Message, compressed: Bool?) async throws {
    try Task.checkCancellation()
    let compressed = compressed ?? coding.compressesByDefault
    let coding = coding
    let hasRoom = try await withMessages {
      try $0.send(message, compressed: compressed, coding: coding)
    }
    if hasRoom { return }
    try await withTaskExecutorPreference(executor) {
      try await messages.value.waitForRoom()
    }
  }

  func finish() async throws {
    try await withMessages { try $0.finish() }
  }

  func cutUnread() async throws {
    try await withMessages { $0.cutUnread() }
  }

  /// Runs `body` on the loop; costs nothing where the task is there already.
  private func withMessages<R: Sendable>(
    _ body: @Sendable (OutboundMessages) throws -> R
  ) async throws -> R {
    if executor.eventLoop.inEventLoop { return try body(messages.value) }
    return try await withTaskExecutorPreference(executor) {
      try body(messages.value)
    }
  }
}
