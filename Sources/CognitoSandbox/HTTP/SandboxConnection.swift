import Logging
import NIOCore
import NIOHTTP1
import SigV4
import Synchronization

/// One connection: collects requests, answers them one after the other. It writes bytes itself, so
/// no response encoder stands in the pipeline.
final class SandboxConnection: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The longest request body, in bytes: room for every member of AdminCreateUser at its limit with
  /// a few long entries of ClientMetadata.
  static let maximumBodyByteCount = 2 << 20

  private enum State {
    case idle
    case receiving(HTTPRequestHead, ByteBuffer)
    /// A delayed or slow answer is on its way: nothing more is read, what was read waits.
    case answering
    case closed
  }

  private let endpoint: SandboxEndpoint
  private let logger: Logger
  private var encoder: ResponseEncoder
  private var state = State.idle
  private var answeredCount = 0
  private var waiting = CircularBuffer<HTTPServerRequestPart>()
  private var holdsRead = false

  init(endpoint: SandboxEndpoint, encoder: ResponseEncoder, logger: Logger) {
    self.endpoint = endpoint
    self.encoder = encoder
    self.logger = logger
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    switch state {
    case .answering: waiting.append(part)
    case .idle, .receiving: receive(part, context)
    case .closed: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.flush()
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    if case .answering = state { holdsRead = true } else { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    state = .closed
    waiting.removeAll()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug("connection failed", metadata: ["error": "\(type(of: error))"])
    if error is HTTPParserError, case .idle = state {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: ResponseEncoder.badRequest)))
        .assumeIsolated().whenComplete { _ in context.close(promise: nil) }
      state = .closed
    } else {
      close(context)
    }
  }

  private func receive(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch (part, state) {
    case (.head(let head), .idle):
      endpoint.requestCount.add(1, ordering: .relaxed)
      let operation = head.headers.first(name: "x-amz-target").flatMap(
        SandboxOperation.init(target:))
      if endpoint.faults.faultAtHead(operation: operation, isReused: answeredCount > 0) != nil {
        return close(context)
      }
      if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
        let proceed = ByteBuffer(string: ResponseEncoder.proceed)
        context.writeAndFlush(wrapOutboundOut(proceed), promise: nil)
      }
      state = .receiving(head, ByteBuffer())
    case (.body(var bytes), .receiving(let head, var body)):
      // Held in one place, the buffer grows without a copy.
      state = .idle
      body.writeBuffer(&bytes)
      guard body.readableBytes <= Self.maximumBodyByteCount else {
        let answer = encoder.encode(.requestTooLarge)
        return perform(WireAnswer(.sendAndClose(answer)), isLast: true, context)
      }
      state = .receiving(head, body)
    case (.end, .receiving(let head, let body)):
      state = .idle
      perform(answer(head, body, context), isLast: !head.isKeepAlive, context)
    default:
      close(context)
    }
  }

  private func answer(
    _ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext
  ) -> WireAnswer {
    let contentType = head.headers.first(name: "content-type")?.prefix { $0 != ";" }
    guard head.method == .POST, head.uri == "/", contentType == SandboxAnswer.contentType[...]
    else { return WireAnswer(.send(encoder.encode(.unrecognizedProtocol))) }
    guard
      let operation = head.headers.first(name: "x-amz-target").flatMap(
        SandboxOperation.init(target:))
    else { return WireAnswer(.send(encoder.encode(SandboxAnswer(.unknownOperation)))) }

    let request = SandboxRequest(
      operation: operation, method: "POST", path: "/",
      headers: head.headers.map { CanonicalRequest.Header(name: $0.name, value: $0.value) },
      body: Array(buffer: body))
    endpoint.observer?(request)
    guard let fault = endpoint.faults.fault(for: request) else {
      return WireAnswer(.send(encoder.encode(endpoint.answer(request))))
    }
    let course = FaultedCourse(endpoint: endpoint)
    let answer = course.answer(request, meeting: fault, &encoder)
    if let delay = answer.laterExecution {
      let endpoint = endpoint
      context.eventLoop.scheduleTask(in: delay) { _ = endpoint.answer(request) }
    }
    return answer
  }
}

extension SandboxConnection {
  /// - Parameter isLast: the client wants no more answers on this connection.
  private func perform(
    _ answer: WireAnswer, isLast: Bool, _ context: ChannelHandlerContext
  ) {
    answeredCount += 1
    if let delay = answer.delay {
      state = .answering
      let rest = WireAnswer(answer.action)
      context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
        guard case .answering = self.state else { return }
        self.state = .idle
        self.perform(rest, isLast: isLast, context)
        self.resume(context)
      }
      return
    }
    switch answer.action {
    case .send(let bytes) where !isLast:
      context.write(wrapOutboundOut(bytes), promise: nil)
    case .send(let bytes), .sendAndClose(let bytes):
      state = .closed
      context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { _ in
        context.close(promise: nil)
      }
    case .trickle(let head, let body, let interval):
      state = .answering
      context.writeAndFlush(wrapOutboundOut(head), promise: nil)
      trickle(body, interval, isLast: isLast, context)
    case .drop:
      close(context)
    }
  }

  private func trickle(
    _ body: ByteBuffer, _ interval: TimeAmount, isLast: Bool, _ context: ChannelHandlerContext
  ) {
    context.eventLoop.assumeIsolated().scheduleTask(in: interval) {
      guard case .answering = self.state else { return }
      var body = body
      guard let byte = body.readSlice(length: 1) else {
        self.state = .idle
        return isLast ? self.close(context) : self.resume(context)
      }
      context.writeAndFlush(self.wrapOutboundOut(byte), promise: nil)
      self.trickle(body, interval, isLast: isLast, context)
    }
  }

  /// Takes up what came in during an answer.
  private func resume(_ context: ChannelHandlerContext) {
    while !waiting.isEmpty {
      if case .answering = state { break }
      if case .closed = state { break }
      receive(waiting.removeFirst(), context)
    }
    context.flush()
    if case .answering = state { return }
    if holdsRead {
      holdsRead = false
      context.read()
    }
  }

  private func close(_ context: ChannelHandlerContext) {
    state = .closed
    context.close(promise: nil)
  }
}
