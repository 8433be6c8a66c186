import HTTP2
import NIOCore

/// One call on the server: carries the events of its stream to the state machine and carries out
/// what the state machine decides. Confined to the event loop of its connection; its handler runs
/// there, too; where it waits, as the only task of the call.
final class ServerCall: HTTP2StreamDelegate {
  private let environment: ServerEnvironment
  private let stream: HTTP2Stream
  private var machine = ServerCallStateMachine()
  private var deframer: MessageDeframer
  private var registration: RPCRouter.Registration?
  private var context: ServerContext?
  /// The one message of a request that is not streamed.
  private var message: FramedMessage?
  /// The messages of a streamed request, until the call is answered.
  private var inbound: InboundMessages?
  /// The messages of a streamed answer.
  private var outbound: OutboundMessages?
  /// Bytes counted of a request that is not streamed.
  private var collectedByteCount = 0
  private var hasRequestEnded = false
  private var deadlineTimer: Scheduled<Void>?
  /// Sends the answer to a request that is none of gRPC, once the request has ended.
  private var refuseAsHTTP: (() -> Void)?
  private var task: Task<Void, Never>?

  init(stream: HTTP2Stream, environment: ServerEnvironment) {
    self.stream = stream
    self.environment = environment
    self.deframer = MessageDeframer(limit: environment.limits.maximumReceiveMessageLength)
  }

  // MARK: Events of the stream

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if endStream { hasRequestEnded = true }
    if machine.state == .waiting {
      receiveHead(headers)
    }
    if endStream { receiveEnd() }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    if endStream { hasRequestEnded = true }
    if let inbound {
      inbound.receive(data)
    } else {
      // One message is bounded by its limit, so the window is given back at once.
      stream.consume(data.readableBytes)
      if machine.wantsRequest { receiveBytes(data) }
    }
    if endStream { receiveEnd() }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {
    outbound?.didDrain()
  }

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    perform(machine.streamClosed())
    end(Status.forReset(error, connectionLost: .cancelled))
  }

  // MARK: The request

  private func receiveHead(_ headers: HeaderFields) {
    let metadata = Metadata(received: headers)
    switch RequestHead.judge(headers) {
    case .notGRPC(let refusal):
      machine.answeredAsHTTP()
      refuse(refusal, method: headers.first(named: ":method"))
    case .refused(let error):
      refuse(error, metadata: metadata)
    case .call(let head):
      guard stream.connection.load.count < environment.limits.http2.concurrentStreams else {
        return refuseStream(metadata)
      }
      guard let registration = environment.router.registration(forPath: head.path) else {
        return receiveUnknown(metadata)
      }
      receive(head, metadata: metadata, for: registration)
    }
  }

  private func receive(
    _ head: RequestHead, metadata: Metadata, for registration: RPCRouter.Registration
  ) {
    self.registration = registration
    deframer.admitsCompression = head.encoding == .gzip
    let startTime = ContinuousClock.now
    var context = ServerContext(
      descriptor: registration.descriptor, methodIndex: registration.index, metadata: metadata,
      startTime: startTime,
      deadline: head.timeout.map { startTime.advanced(by: $0) },
      peer: stream.connection.peer, peerCertificates: stream.connection.peerCertificates)
    let refusal = environment.announce(&context)
    self.context = context
    stream.messageObserver = context.span
    if refusal == nil {
      stream.awaitsBody = !registration.handler.streamsRequest
      if let timeout = head.timeout { startDeadlineTimer(timeout) }
    }
    perform(
      machine.receivedHead(
        refusal: refusal, streamsRequest: registration.handler.streamsRequest))
  }

  /// A method that this server does not have. The interceptors see the call like any other, so that
  /// whoever may not call learns nothing about which methods there are.
  private func receiveUnknown(_ metadata: Metadata) {
    var context = unregistered(metadata)
    let refusal = environment.announce(&context)
    self.context = context
    perform(machine.receivedHead(refusal: refusal ?? Self.unknownMethod))
  }

  private func unregistered(_ metadata: Metadata) -> ServerContext {
    ServerContext(
      descriptor: .unregistered, metadata: metadata, deadline: nil, peer: stream.connection.peer,
      peerCertificates: stream.connection.peerCertificates)
  }

  /// An answer of HTTP waits for the end of its request, for a while: an answer ahead of it closes
  /// the stream, and what is malformed behind would go unseen (RFC 9113, section 8.1.1).
  private func refuse(_ refusal: HTTPRefusal, method: String?) {
    refuseAsHTTP = {
      self.refuseAsHTTP = nil
      self.send(refusal, to: method)
    }
    let patience = TimeAmount(environment.limits.httpRequestPatience)
    deadlineTimer = stream.eventLoop.assumeIsolated().scheduleTask(in: patience) {
      self.refuseAsHTTP?()
    }
  }

  /// Refuses a request before its method is looked at.
  private func refuse(_ error: RPCError, metadata: Metadata) {
    context = unregistered(metadata)
    perform(machine.receivedHead(refusal: error))
  }

  /// Refuses a request, so that it may be sent again elsewhere, while its connection keeps as many
  /// handlers busy as it may have streams: a reset frees the stream, but not what it started
  /// (CVE-2023-44487).
  private func refuseStream(_ metadata: Metadata) {
    context = unregistered(metadata)
    machine.refusedStream()
    stream.reset(.refusedStream)
    end(.forReset(.refusedStream, connectionLost: .cancelled))
  }

  private func receiveBytes(_ data: ByteBuffer) {
    collectedByteCount += data.readableBytes
    let collected = stream.connection.load.collect(data.readableBytes)
    guard collected <= environment.limits.collectedByteCount else {
      return perform(machine.failedFraming(.tooManyBytes))
    }
    deframer.append(data)
    do throws(RPCError) {
      while machine.wantsRequest, let framed = try deframer.next() {
        stream.count(received: framed)
        switch machine.receivedMessage() {
        case .keepMessage: message = framed
        case let action: perform(action)
        }
      }
    } catch {
      perform(machine.failedFraming(error))
    }
  }

  private func receiveEnd() {
    if let refuseAsHTTP {
      refuseAsHTTP()
    } else if let inbound {
      inbound.finish()
    } else {
      perform(machine.receivedEnd(insideMessage: !deframer.isEmpty))
    }
  }

  private func startDeadlineTimer(_ timeout: Duration) {
    guard timeout < Timeout.longestTimer else { return }
    deadlineTimer = stream.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
      self.perform(self.machine.reachedDeadline())
    }
  }

  // MARK: Actions

  private func perform(_ action: ServerCallStateMachine.Action) {
    switch action {
    case .none, .keepMessage:
      break
    case .startHandler:
      startHandler()
    case .fail(let error):
      fail(error)
    case .cancelHandlerAndFail(let error):
      task?.cancel()
      cut(error)
    case .cancelHandler:
      task?.cancel()
    }
  }

  /// Starts the handler. Where it has to wait, that is one task on this event loop, which begins
  /// before this returns.
  private func startHandler() {
    guard let registration, let context else { return }
    if let deadline = context.deadline, deadline <= ContinuousClock.now {
      return perform(machine.reachedDeadline())
    }
    guard let work = work(of: registration.handler, context) else { return }
    guard !work.isCompressed else { return inflateAndStart(work, context) }
    do {
      switch try work.begin(context) {
      case .answered(let answer): finish(.success(answer))
      case .waiting(let rest): startTask(rest)
      }
    } catch {
      finish(.failure(environment.rpcError(for: error, in: context)))
    }
  }

  private func inflateAndStart(_ work: HandlerWork, _ context: ServerContext) {
    let inflation = NIOLoopBound(inflation, eventLoop: stream.eventLoop)
    let limit = environment.limits.maximumReceiveMessageLength
    startTask {
      switch try await work.inflated(by: inflation.value, limit: limit).begin(context) {
      case .answered(let answer): return answer
      case .waiting(let rest): return try await rest()
      }
    }
  }

  private var inflation: MessageInflation { environment.inflation.value(of: stream.eventLoop) }

  private func startTask(
    _ work: @escaping @concurrent @Sendable () async throws -> CallAnswer
  ) {
    guard let context else { return }
    stream.connection.load.begin()
    environment.running.begin()
    let call = NIOLoopBound(self, eventLoop: stream.eventLoop)
    task = Task.immediate(executorPreference: stream.connection.executor) {
      do {
        call.value.taskEnded(try await work())
      } catch {
        call.value.taskFailed(error, in: context)
      }
    }
  }

  /// Gives the handler its message or the ends of the streams that it takes; nil where its message
  /// is missing, which the state machine does not let happen.
  private func work(of handler: RPCRouter.Handler, _ context: ServerContext) -> HandlerWork? {
    let coding = MessageCoding(
      maximumReceiveMessageLength: environment.limits.maximumReceiveMessageLength,
      maximumSendMessageLength: environment.limits.maximumSendMessageLength,
      compressesByDefault: environment.compressesResponses)
    switch handler {
    case .unary(let handler):
      return message.take().map { .unary(handler, $0, coding) }
    case .serverStreaming(let handler):
      return message.take().map { .serverStreaming(handler, $0, sink(coding, context)) }
    case .clientStreaming(let handler):
      return .clientStreaming(handler, source(coding))
    case .bidirectionalStreaming(let handler):
      return .bidirectionalStreaming(handler, source(coding), sink(coding, context))
    }
  }

  private func source(_ coding: MessageCoding) -> MessageSource {
    let inbound = InboundMessages(stream: stream, deframer: deframer)
    self.inbound = inbound
    return MessageSource(
      inbound, executor: stream.connection.executor, coding: coding, inflation: inflation)
  }

  private func sink(_ coding: MessageCoding, _ context: ServerContext) -> MessageSink {
    let outbound = OutboundMessages(
      stream: stream, bound: environment.limits.queuedByteCount,
      isGzipAccepted: MessageEncoding.isGzipAccepted(by: context.metadata))
    self.outbound = outbound
    return MessageSink(outbound, executor: stream.connection.executor, coding: coding)
  }

  @inline(never)
  private func taskEnded(_ answer: CallAnswer) {
    taskEnded(.success(answer))
  }

  @inline(never)
  private func taskFailed(_ error: any Error, in context: ServerContext) {
    taskEnded(.failure(environment.rpcError(for: error, in: context)))
  }

  private func taskEnded(_ answer: Result<CallAnswer, RPCError>) {
    stream.connection.load.end()
    finish(answer)
    environment.running.end()
  }

  private func finish(_ answer: Result<CallAnswer, RPCError>) {
    guard machine.handlerFinished() else { return }
    switch answer {
    case .success(let answer): send(answer)
    case .failure(let error): fail(error)
    }
  }

  // MARK: The answer

  /// Head, message and trailers are submitted together, so that they leave in one write.
  private func send(_ answer: CallAnswer) {
    if !hasSentHead {
      stream.send(
        headers: ResponseFields.head(answer.metadata, encoding: answer.encoding), endStream: false)
    }
    if let message = answer.message {
      stream.send(message)
      stream.count(sent: message)
    }
    stream.finish(trailers: ResponseFields.success(answer.trailingMetadata))
    stopRequest()
    end(.ok)
  }

  private var hasSentHead: Bool { outbound?.hasSentHead ?? false }

  private func fail(_ error: RPCError) {
    let error = described(error)
    if hasSentHead {
      stream.finish(trailers: ResponseFields.failure(error))
    } else {
      stream.send(headers: ResponseFields.trailersOnly(error), endStream: true)
    }
    stopRequest()
    end(error.status)
  }

  private func described(_ error: RPCError) -> RPCError {
    guard let context else { return error }
    return environment.interceptors.reduce(error) { $1.describe($0, of: context) }
  }

  /// The deadline is over, or something like it: a peer that does not read would never see a
  /// status behind the messages that wait for its windows, and would keep them here.
  private func cut(_ error: RPCError) {
    guard stream.queuedByteCount > 0 else { return fail(error) }
    stream.reset(.cancel)
    end(error.status)
  }

  /// An answer to HEAD has no content (RFC 9110, section 9.3.2).
  private func send(_ refusal: HTTPRefusal, to method: String?) {
    stream.send(headers: refusal.headers, endStream: method == "HEAD")
    if method != "HEAD" {
      stream.send(ByteBuffer(string: refusal.text))
      stream.finish(trailers: nil)
    }
    stopRequest()
  }

  /// The answer is complete: tells a peer that is still sending to stop, behind the answer
  /// (RFC 9113, section 8.1).
  private func stopRequest() {
    if !hasRequestEnded { stream.reset(.noError) }
  }

  /// The status is known: lets go of what the call held and tells the interceptors, once.
  private func end(_ status: @autoclosure () -> Status) {
    deadlineTimer?.cancel()
    deadlineTimer = nil
    refuseAsHTTP = nil
    message = nil
    registration = nil
    inbound?.close(throwing: CancellationError())
    inbound = nil
    outbound?.close()
    if collectedByteCount > 0 { stream.connection.load.release(collectedByteCount) }
    collectedByteCount = 0
    guard let context else { return }
    self.context = nil
    let status = status()
    for interceptor in environment.interceptors.reversed() {
      interceptor.callDidEnd(context, status: status, traffic: stream.messageTraffic)
    }
  }

  private static let unknownMethod = RPCError(
    code: .unimplemented, message: "This server does not have the method called.")
}
