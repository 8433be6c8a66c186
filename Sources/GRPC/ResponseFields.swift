import HTTP2

/// The header and trailer sections of answers.
enum ResponseFields {
  /// `Response-Headers`, for a handler that adds no metadata.
  private static let head: HeaderFields = [":status": "200", "content-type": "application/grpc"]

  /// The trailers of success without metadata.
  private static let success: HeaderFields = ["grpc-status": "0"]

  /// - Parameter encoding: what messages behind these headers may be compressed with.
  static func head(
    _ metadata: Metadata, encoding: MessageEncoding = .identity
  ) -> HeaderFields {
    guard !metadata.isEmpty || encoding == .gzip else { return head }
    var section = head
    if encoding == .gzip { section.append(name: "grpc-encoding", value: "gzip") }
    metadata.appendSendable(to: &section)
    return section
  }

  static func success(_ metadata: Metadata) -> HeaderFields {
    guard !metadata.isEmpty else { return success }
    var section = success
    metadata.appendSendable(to: &section)
    return section
  }

  /// `Trailers-Only`: a failure before anything else was sent, in one header section. It names the
  /// encodings that are accepted, which a client needs when its own was the reason.
  static func trailersOnly(_ error: RPCError) -> HeaderFields {
    var section = head
    append(error, to: &section)
    section.append(name: "grpc-accept-encoding", value: MessageEncoding.accepted)
    error.trailers.appendSendable(to: &section)
    return section
  }

  /// The trailers of a failure behind headers and perhaps messages.
  static func failure(_ error: RPCError) -> HeaderFields {
    var section = HeaderFields()
    append(error, to: &section)
    error.trailers.appendSendable(to: &section)
    return section
  }

  private static func append(_ error: RPCError, to section: inout HeaderFields) {
    section.append(name: "grpc-status", value: String(error.status.code.rawValue))
    if !error.message.isEmpty {
      section.append(name: "grpc-message", value: PercentEncoding.encode(error.message))
    }
  }
}
