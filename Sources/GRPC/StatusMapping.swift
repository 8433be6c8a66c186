import HTTP2

extension Status {
  /// The status of a call whose stream was reset.
  ///
  /// Source: gRPC over HTTP/2, "Errors". A lost connection is UNAVAILABLE to a client; the server,
  /// for which it means that nobody waits any more, counts it as CANCELLED.
  static func forReset(_ code: HTTP2ErrorCode?, connectionLost: Code) -> Status {
    switch code {
    case HTTP2ErrorCode.connectionLost:
      Status(code: connectionLost, message: "The connection was lost.")
    case HTTP2ErrorCode.cancel:
      Status(code: .cancelled, message: "The stream was reset: CANCEL.")
    case HTTP2ErrorCode.refusedStream:
      Status(code: .unavailable, message: "The stream was reset: REFUSED_STREAM.")
    case HTTP2ErrorCode.enhanceYourCalm:
      Status(code: .resourceExhausted, message: "The stream was reset: ENHANCE_YOUR_CALM.")
    case HTTP2ErrorCode.inadequateSecurity:
      Status(code: .permissionDenied, message: "The stream was reset: INADEQUATE_SECURITY.")
    case let code:
      Status(
        code: .internalError, message: "The stream was reset: \(code ?? HTTP2ErrorCode.noError).")
    }
  }

  /// The status of an answer that carries none of gRPC.
  ///
  /// Source: gRPC, "HTTP to gRPC Status Code Mapping" (doc/http-grpc-status-mapping.md).
  static func forHTTP(status: String) -> Status {
    let code: Code =
      switch status {
      case "400": .internalError
      case "401": .unauthenticated
      case "403": .permissionDenied
      case "404": .unimplemented
      case "429", "502", "503", "504": .unavailable
      default: .unknown
      }
    return Status(code: code, message: "The server answered with HTTP status \(status).")
  }
}

extension RPCError {
  /// What a client is told of a stream that was reset.
  init(reset code: HTTP2ErrorCode?) {
    let status = Status.forReset(code, connectionLost: .unavailable)
    self.init(code: status.code, message: status.message)
    // RFC 9113, section 8.7: nothing was done for a refused stream.
    if code == .refusedStream { self = unprocessed }
  }
}
