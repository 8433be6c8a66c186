import CConformanceMessages

/// What the runner asks for on standard input.
struct ServerCompatRequest: ReadableMessage, @unsafe CReadable {
  /// Certificate chain and key in PEM; nil serves without TLS.
  let credentials: (certificate: [UInt8], key: [UInt8])?
  /// Whose certificates clients have to show, in PEM; empty asks for none.
  let clientCertificate: [UInt8]
  /// In bytes; 0 where the runner sets none.
  let messageReceiveLimit: Int

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: connectrpc__conformance__v1__server_compat_request__unpack)
  }

  init(_ message: Connectrpc__Conformance__V1__ServerCompatRequest) {
    if unsafe message.use_tls != 0, let credentials = unsafe message.server_creds?.pointee {
      self.credentials = unsafe ([UInt8](credentials.cert), [UInt8](credentials.key))
    } else {
      credentials = nil
    }
    clientCertificate = unsafe [UInt8](message.client_tls_cert)
    messageReceiveLimit = unsafe Int(message.message_receive_limit)
  }
}

/// The error that a handler is to end with.
struct ErrorDefinition: @unsafe CReadable {
  let code: Int32
  let message: String
  let details: [AnyMessage]

  init(_ error: Connectrpc__Conformance__V1__Error) {
    code = unsafe error.code
    message =
      unsafe error.optional_message_case
      == CONNECTRPC__CONFORMANCE__V1__ERROR__OPTIONAL_MESSAGE_MESSAGE
      ? String(error.message) : ""
    details = unsafe AnyMessage.list(error.n_details, error.details)
  }
}

/// What a handler with one response is to do.
struct UnaryDefinition: @unsafe CReadable {
  let headers: [Header]
  let trailers: [Header]
  let delay: Duration
  let data: [UInt8]
  let error: ErrorDefinition?

  init(_ message: Connectrpc__Conformance__V1__UnaryResponseDefinition) {
    headers = unsafe Header.list(message.n_response_headers, message.response_headers)
    trailers = unsafe Header.list(message.n_response_trailers, message.response_trailers)
    delay = unsafe .milliseconds(Int64(message.response_delay_ms))
    switch unsafe message.response_case {
    case CONNECTRPC__CONFORMANCE__V1__UNARY_RESPONSE_DEFINITION__RESPONSE_RESPONSE_DATA:
      (data, error) = unsafe ([UInt8](message.response_data), nil)
    case CONNECTRPC__CONFORMANCE__V1__UNARY_RESPONSE_DEFINITION__RESPONSE_ERROR:
      (data, error) = unsafe ([], ErrorDefinition(message.error))
    default:
      (data, error) = ([], nil)
    }
  }
}

/// What a handler with a stream of responses is to do.
struct StreamDefinition: @unsafe CReadable {
  let headers: [Header]
  let trailers: [Header]
  let delay: Duration
  let data: [[UInt8]]
  let error: ErrorDefinition?

  init(_ message: Connectrpc__Conformance__V1__StreamResponseDefinition) {
    headers = unsafe Header.list(message.n_response_headers, message.response_headers)
    trailers = unsafe Header.list(message.n_response_trailers, message.response_trailers)
    delay = unsafe .milliseconds(Int64(message.response_delay_ms))
    data = unsafe UnsafeBufferPointer(
      start: message.response_data, count: message.n_response_data
    ).map { unsafe [UInt8]($0) }
    error = unsafe ErrorDefinition(message.error)
  }
}

/// `UnaryRequest`, and `IdempotentUnaryRequest` and `ClientStreamRequest`, which have its fields.
struct UnaryRequest: ReadableMessage, @unsafe CReadable {
  let definition: UnaryDefinition?

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: connectrpc__conformance__v1__unary_request__unpack)
  }

  init(_ message: Connectrpc__Conformance__V1__UnaryRequest) {
    definition = unsafe UnaryDefinition(message.response_definition)
  }
}

struct ServerStreamRequest: ReadableMessage, @unsafe CReadable {
  let definition: StreamDefinition?

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: connectrpc__conformance__v1__server_stream_request__unpack)
  }

  init(_ message: Connectrpc__Conformance__V1__ServerStreamRequest) {
    definition = unsafe StreamDefinition(message.response_definition)
  }
}

struct BidiStreamRequest: ReadableMessage, @unsafe CReadable {
  let definition: StreamDefinition?
  let isFullDuplex: Bool

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: connectrpc__conformance__v1__bidi_stream_request__unpack)
  }

  init(_ message: Connectrpc__Conformance__V1__BidiStreamRequest) {
    definition = unsafe StreamDefinition(message.response_definition)
    isFullDuplex = unsafe message.full_duplex != 0
  }
}
