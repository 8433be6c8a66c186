import HTTP2
import NIOCore

/// What came back for a unary call that succeeded, undecoded.
struct RawResponse: Sendable {
  let metadata: Metadata
  let payload: ByteBuffer
  let trailingMetadata: Metadata
}

/// One unary call on the client: collects the answer and completes once. Confined to the event
/// loop of its connection.
final class ClientCall: HTTP2StreamDelegate {
  private let completion: (Result<RawResponse, RPCError>) -> Void
  private var deframer: MessageDeframer
  private var head: HeaderFields?
  private var payload: ByteBuffer?
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
    }
    if endStream { complete(trailers: headers) }
  }

  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream) {
    stream.consume(data.readableBytes)
    guard !isComplete else { return }
    deframer.append(data)
    do throws(RPCError) {
      while let framed = try deframer.next() {
        guard payload == nil, !framed.isCompressed else { throw Self.unexpectedMessage }
        payload = framed.payload
      }
    } catch {
      abandon(error)
    }
    if endStream { complete(.failure(Self.missingStatus)) }
  }

  func streamDidDrain(_ stream: HTTP2Stream) {}

  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?) {
    let status = Status.forReset(error, connectionLost: .unavailable)
    complete(.failure(RPCError(code: status.code, message: status.message)))
    self.stream = nil
  }

  // MARK: The end

  private func abandon(status: Status) {
    abandon(RPCError(code: status.code, message: status.message))
  }

  /// Reads status and message from the trailers, or from the one section of a Trailers-Only.
  private func complete(trailers: HeaderFields) {
    guard let wire = trailers.first(named: "grpc-status") else {
      let http = trailers.first(named: ":status") ?? "200"
      let error =
        http == "200"
        ? Self.missingStatus
        : RPCError(code: Status.forHTTP(status: http).code, message: "HTTP status \(http).")
      return complete(.failure(error))
    }
    let code = Status.Code(wire: wire)
    let trailingMetadata = Metadata(received: trailers)
    guard code == .ok else {
      let message = PercentEncoding.decode(trailers.first(named: "grpc-message") ?? "")
      return complete(
        .failure(RPCError(code: code, message: message, metadata: trailingMetadata)))
    }
    guard let payload, deframer.isEmpty else { return complete(.failure(Self.missingMessage)) }
    complete(
      .success(
        RawResponse(
          metadata: Metadata(received: head ?? HeaderFields()), payload: payload,
          trailingMetadata: trailingMetadata)))
  }

  private func complete(_ result: Result<RawResponse, RPCError>) {
    guard !isComplete else { return }
    isComplete = true
    timer?.cancel()
    timer = nil
    completion(result)
  }

  private static let missingStatus = RPCError(
    code: .unknown, message: "The answer ended without a status.")
  private static let missingMessage = RPCError(
    code: .unimplemented, message: "The answer has status OK, but not one whole message.")
  private static let unexpectedMessage = RPCError(
    code: .internalError, message: "The answer has a second message, or a compressed one.")
}
