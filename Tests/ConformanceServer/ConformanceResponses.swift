import CConformanceMessages

struct ServerCompatResponse: WritableMessage, @unsafe CWritable {
  var host: String
  var port: Int
  /// The certificate chain of a server with TLS, in PEM.
  var certificate: [UInt8]

  var bytes: [UInt8] { unsafe packed }

  func fill(
    _ message: UnsafeMutablePointer<Connectrpc__Conformance__V1__ServerCompatResponse>,
    _ memory: CMemory
  ) {
    unsafe connectrpc__conformance__v1__server_compat_response__init(message)
    unsafe message.pointee.host = memory.data(host)
    unsafe message.pointee.port = UInt32(port)
    unsafe message.pointee.pem_cert = memory.data(certificate)
  }
}

/// A header with its values, in their order.
struct Header: @unsafe CReadable, @unsafe CWritable {
  var name: String
  var values: [String]

  init(name: String, values: [String]) {
    self.name = name
    self.values = values
  }

  init(_ message: Connectrpc__Conformance__V1__Header) {
    name = unsafe String(message.name)
    values = unsafe UnsafeBufferPointer(start: message.value, count: message.n_value)
      .map { unsafe String($0) }
  }

  func fill(
    _ message: UnsafeMutablePointer<Connectrpc__Conformance__V1__Header>, _ memory: CMemory
  ) {
    unsafe connectrpc__conformance__v1__header__init(message)
    unsafe message.pointee.name = memory.data(name)
    unsafe message.pointee.n_value = values.count
    unsafe message.pointee.value = memory.list(values) { unsafe memory.data($0) }
  }
}

/// A message of any type with its name.
struct AnyMessage: @unsafe CReadable, @unsafe CWritable {
  var typeURL: String
  var value: [UInt8]

  /// - Parameter name: of a message of the suite's own package.
  init(_ name: String, _ value: [UInt8]) {
    typeURL = "type.googleapis.com/connectrpc.conformance.v1.\(name)"
    self.value = value
  }

  init(_ message: Google__Protobuf__Any) {
    typeURL = unsafe String(message.type_url)
    value = unsafe [UInt8](message.value)
  }

  func fill(_ message: UnsafeMutablePointer<Google__Protobuf__Any>, _ memory: CMemory) {
    unsafe google__protobuf__any__init(message)
    unsafe message.pointee.type_url = memory.data(typeURL)
    unsafe message.pointee.value = memory.data(value)
  }
}

/// What `grpc-status-details-bin` holds.
struct StatusMessage: WritableMessage, @unsafe CWritable {
  var code: Int32
  var text: String
  var details: [AnyMessage]

  var bytes: [UInt8] { unsafe packed }

  func fill(_ message: UnsafeMutablePointer<Google__Rpc__Status>, _ memory: CMemory) {
    unsafe google__rpc__status__init(message)
    unsafe message.pointee.code = code
    unsafe message.pointee.message = memory.data(text)
    unsafe message.pointee.n_details = details.count
    unsafe message.pointee.details = memory.messages(details)
  }
}

/// What the server saw of the request.
struct RequestInfo: WritableMessage, @unsafe CWritable {
  var headers: [Header] = []
  /// The time left.
  var timeoutMilliseconds: Int64?
  var requests: [AnyMessage]

  var bytes: [UInt8] { unsafe packed }

  func fill(
    _ message: UnsafeMutablePointer<Connectrpc__Conformance__V1__RequestInfo>, _ memory: CMemory
  ) {
    unsafe connectrpc__conformance__v1__request_info__init(message)
    unsafe message.pointee.n_request_headers = headers.count
    unsafe message.pointee.request_headers = memory.messages(headers)
    unsafe message.pointee.n_requests = requests.count
    unsafe message.pointee.requests = memory.messages(requests)
    guard let timeoutMilliseconds else { return }
    unsafe message.pointee.optional_timeout_ms_case =
      CONNECTRPC__CONFORMANCE__V1__REQUEST_INFO__OPTIONAL_TIMEOUT_MS_TIMEOUT_MS
    unsafe message.pointee.timeout_ms = timeoutMilliseconds
  }
}

struct ConformancePayload: @unsafe CWritable {
  var data: [UInt8]
  var requestInfo: RequestInfo?

  func fill(
    _ message: UnsafeMutablePointer<Connectrpc__Conformance__V1__ConformancePayload>,
    _ memory: CMemory
  ) {
    unsafe connectrpc__conformance__v1__conformance_payload__init(message)
    unsafe message.pointee.data = memory.data(data)
    unsafe message.pointee.request_info = memory.message(requestInfo)
  }
}

/// `UnaryResponse`, and every other response of the service, which all have its field.
struct PayloadResponse: WritableMessage, @unsafe CWritable {
  var payload: ConformancePayload

  var bytes: [UInt8] { unsafe packed }

  func fill(
    _ message: UnsafeMutablePointer<Connectrpc__Conformance__V1__UnaryResponse>,
    _ memory: CMemory
  ) {
    unsafe connectrpc__conformance__v1__unary_response__init(message)
    unsafe message.pointee.payload = memory.message(payload)
  }
}
