/// The life of one call on the server as a value: events in, one action out, no input or output.
///
/// ```
///            head                 end, one message            handler is done
///  waiting ───────▶ collecting ──────────────────▶ handling ─────────────────▶ answered
///   │ │ │               │ error, deadline           ▲ │ deadline                  ▲
///   │ │ │               └───────────────────────────┼─┴───────────────────────────┤
///   │ │ │ head, streamed request                    │                             │
///   │ │ └───────────────────────────────────────────┘                             │
///   │ │ refused                                                                   │
///   │ └───────────────────────────────────────────────────────────────────────────┘
///   └─ every state ── stream closed ──▶ closed
/// ```
/// The messages of a streamed request go to the handler past this machine.
struct ServerCallStateMachine {
  enum State: Equatable {
    /// The request's headers have not arrived.
    case waiting
    /// The request is arriving; so many whole messages are here.
    case collecting(messages: Int)
    /// The handler runs.
    case handling
    /// The answer is with the stream; what the peer still sends does not matter.
    case answered
    /// Nothing can be received or sent any more.
    case closed
  }

  enum Action: Equatable {
    case none
    /// Keep the message for the handler.
    case keepMessage
    /// Start the handler with the message kept, or with the stream of messages to come.
    case startHandler
    /// Send this failure, behind what was sent.
    case fail(RPCError)
    /// Cancel the handler and send this failure.
    case cancelHandlerAndFail(RPCError)
    /// Cancel the handler: nobody waits for it.
    case cancelHandler
  }

  private(set) var state = State.waiting

  /// Whether bytes of the request still matter.
  var wantsRequest: Bool {
    if case .collecting = state { true } else { false }
  }

  /// The headers are acceptable (nil) or not.
  mutating func receivedHead(refusal: RPCError?, streamsRequest: Bool = false) -> Action {
    guard case .waiting = state else { return .none }
    if let refusal { return answer(.fail(refusal)) }
    state = streamsRequest ? .handling : .collecting(messages: 0)
    return streamsRequest ? .startHandler : .none
  }

  /// The request is none of gRPC; it gets an answer of HTTP.
  mutating func answeredAsHTTP() {
    state = .answered
  }

  /// The stream was refused without an answer.
  mutating func refusedStream() {
    state = .answered
  }

  /// A whole message is here.
  mutating func receivedMessage() -> Action {
    guard case .collecting(let messages) = state else { return .none }
    guard messages == 0 else { return answer(.fail(Self.tooManyMessages)) }
    state = .collecting(messages: 1)
    return .keepMessage
  }

  /// The bytes of the request cannot be cut into messages.
  mutating func failedFraming(_ error: RPCError) -> Action {
    guard case .collecting = state else { return .none }
    return answer(.fail(error))
  }

  /// The peer ended its side, perhaps in the middle of a message.
  mutating func receivedEnd(insideMessage: Bool) -> Action {
    switch state {
    case .collecting where insideMessage:
      return answer(.fail(Self.cutMessage))
    case .collecting(messages: 0):
      return answer(.fail(Self.noMessage))
    case .collecting:
      state = .handling
      return .startHandler
    case .waiting, .handling, .answered, .closed:
      return .none
    }
  }

  /// The time that the caller allowed is over.
  mutating func reachedDeadline() -> Action {
    switch state {
    case .collecting: answer(.fail(Self.deadlineExceeded))
    case .handling: answer(.cancelHandlerAndFail(Self.deadlineExceeded))
    case .waiting, .answered, .closed: .none
    }
  }

  /// The handler returned or threw. False when nobody waits for its answer any more.
  mutating func handlerFinished() -> Bool {
    guard case .handling = state else { return false }
    state = .answered
    return true
  }

  /// The stream is gone: ended on both sides, reset, or lost with its connection.
  mutating func streamClosed() -> Action {
    let wasHandling = state == .handling
    state = .closed
    return wasHandling ? .cancelHandler : .none
  }

  private mutating func answer(_ action: Action) -> Action {
    state = .answered
    return action
  }
}

extension ServerCallStateMachine {
  /// statuscodes.md: "request cardinality violation" is UNIMPLEMENTED.
  static let noMessage = RPCError(
    code: .unimplemented, message: "This method takes one message; none was sent.")
  static let tooManyMessages = RPCError(
    code: .unimplemented, message: "This method takes one message; more were sent.")
  static let cutMessage = RPCError(
    code: .internalError, message: "The request ended inside a message.")
  static let deadlineExceeded = RPCError(
    code: .deadlineExceeded, message: "The deadline was exceeded.")
}
