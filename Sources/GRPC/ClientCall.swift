import HTTP2
import NIOCore

/// What came back for a unary call that succeeded, undecoded.
struct RawResponse: Sendable {
  let metadata: Metadata
  let message: FramedMessage
  let trailingMetadata: Metadata
}

/// One unary call on the client: collects the answer and completes once. Confined to the event
/// loop of its connection.
final class ClientCall: HTTP2StreamDelegate {
  private let completion: (Result<RawResponse, RPCError>) -> Void
  private var deframer: MessageDeframer
  private var head: HeaderFields?
  private var message: FramedMessage?
  private var isComplete = false
  private var stream: HTTP2Stream?
  private var timer: Scheduled<Void>?

  init(limit: Int, completion: @escaping (Result<RawResponse, RPCError>) -> Void) {
    self.deframer = MessageDeframer(limit: limit)
    self.completion = completion
  }

  func start(
    _ headers: HeaderFields, message: ByteBuffer, timeout: Duration?,
    on connection: HTTP2ClientConnection
  ) {
    let stream = connection.open(headers: headers, endStream: false, delegate: self)
    guard !isComplete else { return }
    self.stream = stream
    stream.send(message)
    stream.finish(trailers: nil)
    guard let timeout, timeout < Timeout.longestTimer else { return }
    timer = connection.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
      self.abandon(ServerCallStateMachine.deadlineExceeded)
    }
  }

  /// Ends the call without waiting for its answer.
  func abandon(_ error: RPCError) {
    guard !isComplete else { return }
    stream?.reset(.cancel)
    complete(.failure(error))
  }

  // MARK: Events of the stream

  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream) {
    if head == nil {
      let status = headers.first(named: ":status") ?? ""
      guard !status.hasPrefix("1") else { return }
      if !endStream, status != "200" { return abandon(status: .forHTTP(status: status)) }
      head = headers
      deframer.admitsCompression = MessageEncoding.isGzip(headers)
    }
    if endStream { complete(trailers: headers) }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
    guard !isComplete else { return }
    deframer.append(data)
    do throws(RPCError) {
      while let framed = try deframer.next() {
        guard message == nil else { throw Self.unexpectedMessage }
        message = framed
      }
    } catch {
      abandon(error)
    }
    if endStream { complete(.failure(ResponseStatus.missing)) }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    complete(.failure(RPCError(reset: error)))
    self.stream = nil
  }

  // MARK: The end

  private func abandon(status: Status) {
    abandon(RPCError(code: status.code, message: status.message))
  }

  private func complete(trailers: HeaderFields) {
    if let error = ResponseStatus.failure(in: trailers) { return complete(.failure(error)) }
    guard let message, deframer.isEmpty else { return complete(.failure(Self.missingMessage)) }
    complete(
      .success(
        RawResponse(
          metadata: Metadata(received: head ?? HeaderFields()), message: message,
          trailingMetadata: Metadata(received: trailers))))
  }

  private func complete(_ result: Result<RawResponse, RPCError>) {
    guard !isComplete else { return }
    isComplete = true
    timer?.cancel()
    timer = nil
    completion(result)
  }

  private static let missingMessage = RPCError(
    code: .unimplemented, message: "The answer has status OK, but not one whole message.")
  private static let unexpectedMessage = RPCError(
    code: .internalError, message: "The answer has a second message.")
}
