import HTTP2

/// What the headers of a request say, judged without touching anything else.
struct RequestHead {
  /// How the headers are answered.
  enum Verdict {
    /// No request of gRPC: an answer in terms of HTTP.
    case notGRPC(HTTPRefusal)
    /// A request of gRPC that is refused at once.
    case refused(RPCError)
    /// A call of this path.
    case call(RequestHead)
  }

  /// The value of `:path`.
  let path: ArraySlice<UInt8>
  /// The value of `grpc-timeout`; nil means that the caller waits forever.
  let timeout: Duration?
  /// The value of `grpc-encoding`.
  let encoding: MessageEncoding

  /// Judges a header section. `te: trailers` is not asked for: it says nothing that an HTTP/2 peer
  /// does not know, and grpc-go does without it, too.
  static func judge(_ headers: HeaderFields) -> Verdict {
    guard let method = headers.firstBytes(named: ":method"), method.elementsEqual(post) else {
      return .notGRPC(.methodNotAllowed)
    }
    guard let type = headers.firstBytes(named: "content-type"), type.starts(with: mediaType) else {
      return .notGRPC(.unsupportedMediaType)
    }
    switch Codec(suffix: type.dropFirst(mediaType.count)) {
    case .none: return .notGRPC(.unsupportedMediaType)
    case .foreign: return .refused(unknownCodec)
    case .protobuf: break
    }
    var encoding = MessageEncoding.identity
    if let name = headers.firstBytes(named: "grpc-encoding") {
      guard let known = MessageEncoding(name: name) else { return .refused(unknownEncoding) }
      encoding = known
    }
    guard Metadata(received: headers).hasValidBinaryValues else { return .refused(badBase64) }
    var timeout: Duration?
    if let text = headers.firstBytes(named: "grpc-timeout") {
      timeout = Timeout.parse(text)
      guard let timeout else { return .refused(badTimeout) }
      guard timeout > .zero else { return .refused(ServerCallStateMachine.deadlineExceeded) }
    }
    return .call(
      RequestHead(
        path: headers.firstBytes(named: ":path") ?? [], timeout: timeout, encoding: encoding))
  }

  /// What may follow `application/grpc` in a content-type.
  private enum Codec {
    case protobuf
    case foreign

    /// nil for another media type, such as `application/grpcfoo` or `application/grpc-web`.
    init?(suffix: ArraySlice<UInt8>) {
      switch suffix.first {
      case nil, UInt8(ascii: ";"), UInt8(ascii: " "):
        self = .protobuf
      case UInt8(ascii: "+"):
        let name = suffix.dropFirst().prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        self = name.elementsEqual(RequestHead.proto) ? .protobuf : .foreign
      default:
        return nil
      }
    }
  }

  private static let post = Array("POST".utf8)
  private static let mediaType = Array("application/grpc".utf8)
  private static let proto = Array("proto".utf8)
}

extension RequestHead {
  static let unknownCodec = RPCError(
    code: .unimplemented, message: "The content-type names a codec that is not served; use proto.")
  static let unknownEncoding = RPCError(
    code: .unimplemented,
    message: "The grpc-encoding is not supported; grpc-accept-encoding says which ones are.")
  static let badTimeout = RPCError(
    code: .internalError,
    message: "The grpc-timeout is malformed: at most eight digits and one of H M S m u n.")
  static let badBase64 = RPCError(
    code: .internalError, message: "A metadata value under a -bin key is not Base64.")
}

/// The answer to a request that is none of gRPC: a status of HTTP with a text.
struct HTTPRefusal: Equatable {
  let headers: HeaderFields
  let text: String

  /// RFC 9110, section 15.5.6: the answer names the methods that are allowed.
  static let methodNotAllowed = HTTPRefusal(
    headers: [":status": "405", "allow": "POST", "content-type": "text/plain"],
    text: "This server speaks gRPC: requests are sent with POST.\n")

  /// gRPC over HTTP/2, "Requests": another content-type gets 415, so that other HTTP/2 clients do
  /// not take a gRPC error, which comes with 200, for success.
  static let unsupportedMediaType = HTTPRefusal(
    headers: [":status": "415", "content-type": "text/plain"],
    text: "This server speaks gRPC: the content-type is application/grpc.\n")
}
