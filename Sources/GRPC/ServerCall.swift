import HTTP2
import NIOCore

/// One call on the server: carries the events of its stream to the state machine and carries out
/// what the state machine decides. Confined to the event loop of its connection; its handler runs
/// there, too, as the only task of the call.
final class ServerCall: HTTP2StreamDelegate {
  private let environment: ServerEnvironment
  private let stream: HTTP2Stream
  private var machine = ServerCallStateMachine()
  private var deframer: MessageDeframer
  private var handler: RPCRouter.UnaryHandler?
  private var context: ServerContext?
  private var message: ByteBuffer?
  private var hasRequestEnded = false
  private var answer: Result<UnaryAnswer, RPCError>?
  private var deadlineTimer: Scheduled<Void>?
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
    if endStream {
      perform(machine.receivedEnd(insideMessage: !deframer.isEmpty))
    }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    if endStream { hasRequestEnded = true }
    // A unary request is bounded by the message limit, so its window is given back at once.
    stream.consume(data.readableBytes)
    if machine.wantsRequest {
      receiveBytes(data)
    }
    if endStream {
      perform(machine.receivedEnd(insideMessage: !deframer.isEmpty))
    }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

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
      send(refusal, to: headers.first(named: ":method"))
    case .refused(let error):
      refuse(error, metadata: metadata)
    case .call(let head):
      guard let registration = environment.router.registration(forPath: head.path) else {
        return refuse(Self.unknownMethod, metadata: metadata)
      }
      handler = registration.handler
      let startTime = ContinuousClock.now
      context = ServerContext(
        descriptor: registration.descriptor, metadata: metadata, startTime: startTime,
        deadline: head.timeout.map { startTime.advanced(by: $0) },
        peer: stream.connection.peer)
      if let timeout = head.timeout { startDeadlineTimer(timeout) }
      perform(machine.receivedHead(refusal: nil))
    }
  }

  /// Refuses a request before its method is known or looked at.
  private func refuse(_ error: RPCError, metadata: Metadata) {
    context = ServerContext(
      descriptor: .unregistered, metadata: metadata, deadline: nil, peer: stream.connection.peer)
    perform(machine.receivedHead(refusal: error))
  }

  private func receiveBytes(_ data: ByteBuffer) {
    deframer.append(data)
    do throws(RPCError) {
      while machine.wantsRequest, let framed = try deframer.next() {
        let action = machine.receivedMessage(isCompressed: framed.isCompressed)
        if action == .keepMessage {
          message = framed.payload
        } else {
          perform(action)
        }
      }
    } catch {
      perform(machine.failedFraming(error))
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
      fail(error)
    case .cancelHandler:
      task?.cancel()
    case .sendAnswer:
      sendAnswer()
    }
  }

  /// Runs interceptors and handler as one task on this event loop; it begins before this returns.
  private func startHandler() {
    guard let handler, let message, var context else { return }
    self.message = nil
    if let deadline = context.deadline, deadline <= ContinuousClock.now {
      return perform(machine.reachedDeadline())
    }
    let environment = environment
    let call = NIOLoopBound(self, eventLoop: stream.eventLoop)
    environment.running.begin()
    task = Task.immediate(executorPreference: stream.connection.executor) {
      let answer: Result<UnaryAnswer, RPCError>
      do {
        for interceptor in environment.interceptors {
          defer { call.value.keep(context) }
          try await interceptor.callWillStart(&context)
          try Task.checkCancellation()
        }
        answer = .success(try await handler(message, context, environment.limits))
      } catch {
        answer = .failure(environment.rpcError(for: error, of: context.descriptor))
      }
      call.value.handlerFinished(answer)
      environment.running.end()
    }
  }

  /// What an interceptor added is kept for the end of the call, unless that has come already.
  private func keep(_ context: ServerContext) {
    if self.context != nil { self.context = context }
  }

  private func handlerFinished(_ answer: Result<UnaryAnswer, RPCError>) {
    self.answer = answer
    perform(machine.handlerFinished())
  }

  // MARK: The answer

  private func sendAnswer() {
    switch answer {
    case .success(let answer):
      // Submitted together, so that head, message and trailers leave in one write.
      stream.send(headers: ResponseFields.head(answer.metadata), endStream: false)
      stream.send(answer.message)
      stream.finish(trailers: ResponseFields.success(answer.trailingMetadata))
      stopRequest()
      end(.ok)
    case .failure(let error):
      fail(error)
    case nil:
      break
    }
  }

  private func fail(_ error: RPCError) {
    stream.send(headers: ResponseFields.trailersOnly(error), endStream: true)
    stopRequest()
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
  private func end(_ status: Status) {
    deadlineTimer?.cancel()
    deadlineTimer = nil
    message = nil
    handler = nil
    guard let context else { return }
    self.context = nil
    for interceptor in environment.interceptors.reversed() {
      interceptor.callDidEnd(context, status: status)
    }
  }

  private static let unknownMethod = RPCError(
    code: .unimplemented, message: "This server does not have the method called.")
}
