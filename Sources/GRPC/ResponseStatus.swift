import HTTP2

/// The status of a call as its client reads it.
enum ResponseStatus {
  static let missing = RPCError(code: .unknown, message: "The answer ended without a status.")

  /// Reads the trailers, or the one section of a Trailers-Only; nil for success.
  static func failure(in trailers: HeaderFields) -> RPCError? {
    guard let wire = trailers.first(named: "grpc-status") else {
      let http = trailers.first(named: ":status") ?? "200"
      guard http != "200" else { return missing }
      return RPCError(code: Status.forHTTP(status: http).code, message: "HTTP status \(http).")
    }
    let code = Status.Code(wire: wire)
    guard code != .ok else { return nil }
    return RPCError(
      code: code, message: PercentEncoding.decode(trailers.first(named: "grpc-message") ?? ""),
      metadata: Metadata(received: trailers))
  }
}
