import NIOCore

/// What a connection does in answer to a request.
struct WireAnswer {
  enum Action {
    /// Sends the bytes.
    case send(ByteBuffer)
    /// Sends the bytes and closes.
    case sendAndClose(ByteBuffer)
    /// Sends the head, then the body byte by byte.
    case trickle(head: ByteBuffer, body: ByteBuffer, interval: TimeAmount)
    /// Closes without a byte.
    case drop
  }

  var action: Action
  /// How long the answer is held back.
  var delay: TimeAmount?
  /// The request is executed so much later, whatever becomes of the connection.
  var laterExecution: TimeAmount?

  init(_ action: Action, delay: TimeAmount? = nil, laterExecution: TimeAmount? = nil) {
    self.action = action
    self.delay = delay
    self.laterExecution = laterExecution
  }
}

/// Runs requests that meet a fault.
struct FaultedCourse {
  /// The longest body that a fault may send, in bytes: it is built in memory.
  static let maximumBodyByteCount = 1 << 30

  let endpoint: SandboxEndpoint

  func answer(
    _ request: SandboxRequest, meeting fault: SandboxFault, _ encoder: inout ResponseEncoder
  ) -> WireAnswer {
    switch fault {
    case .dropBeforeBody, .dropOnReuse:
      return WireAnswer(.drop)
    case .drop(let execution):
      execute(request, execution)
      return WireAnswer(.drop)
    case .dropAndExecuteLater(let duration):
      return WireAnswer(.drop, laterExecution: TimeAmount(duration))
    case .error(let error, let execution):
      execute(request, execution)
      return WireAnswer(.send(encoder.encode(error.answer)))
    case .aliasRace:
      _ = endpoint.answer(request, ignoresAliases: true)
      return WireAnswer(.send(encoder.encode(SandboxError.aliasEntryExists.answer)))
    case .htmlBadGateway(let execution):
      execute(request, execution)
      return WireAnswer(.send(encoder.encode(Self.badGateway)))
    case .emptyServiceUnavailable(let execution):
      execute(request, execution)
      return WireAnswer(.send(encoder.encode(Self.serviceUnavailable)))
    case .xmlError(let code, let status):
      return WireAnswer(.send(encoder.encode(Self.xml(code: code, status: status))))
    case .truncatedJSON, .hugeBody, .wrongContentLength, .delay, .slowBody:
      return deformed(endpoint.answer(request), by: fault, &encoder)
    }
  }

  /// The faults that only change how the true answer travels.
  private func deformed(
    _ answer: SandboxAnswer, by fault: SandboxFault, _ encoder: inout ResponseEncoder
  ) -> WireAnswer {
    var answer = answer
    switch fault {
    case .truncatedJSON:
      answer.body.removeLast(answer.body.count - answer.body.count / 2)
      return WireAnswer(.send(encoder.encode(answer)))
    case .hugeBody(let byteCount):
      answer = SandboxAnswer(status: 200, body: Self.hugeBody(byteCount))
      return WireAnswer(.send(encoder.encode(answer)))
    case .wrongContentLength(let difference):
      let announced = max(0, answer.body.count + difference)
      let bytes = encoder.encode(answer, announcing: announced)
      return WireAnswer(difference > 0 ? .sendAndClose(bytes) : .send(bytes))
    case .delay(let duration):
      return WireAnswer(.send(encoder.encode(answer)), delay: TimeAmount(duration))
    case .slowBody(let interval):
      return WireAnswer(
        .trickle(
          head: encoder.head(of: answer, announcing: answer.body.count),
          body: ByteBuffer(bytes: answer.body), interval: TimeAmount(interval)))
    default:
      return WireAnswer(.send(encoder.encode(answer)))
    }
  }

  private func execute(_ request: SandboxRequest, _ execution: SandboxFault.Execution) {
    if execution == .executed { _ = endpoint.answer(request) }
  }

  private static let badGateway = SandboxAnswer(
    status: 502, contentType: "text/html",
    body: Array(
      """
      <html>\r
      <head><title>502 Bad Gateway</title></head>\r
      <body><center><h1>502 Bad Gateway</h1></center></body>\r
      </html>\r\n
      """.utf8))

  private static let serviceUnavailable = SandboxAnswer(
    status: 503, contentType: "text/plain", body: [])

  private static func xml(code: String, status: Int) -> SandboxAnswer {
    let text =
      "<ErrorResponse><Errors><Error><Code>\(code)</Code><Message>Refused</Message></Error>"
      + "</Errors></ErrorResponse>"
    return SandboxAnswer(status: status, contentType: "text/xml", body: Array(text.utf8))
  }

  /// `{"User":{"Username":"aaa…"}}` of exactly `byteCount` bytes, or the shortest such text.
  private static func hugeBody(_ byteCount: Int) -> [UInt8] {
    let opening = Array(#"{"User":{"Username":""#.utf8)
    let closing = Array(#""}}"#.utf8)
    let filling = min(byteCount, maximumBodyByteCount) - opening.count - closing.count
    return opening + Array(repeating: UInt8(ascii: "a"), count: max(0, filling)) + closing
  }
}
