import GRPC
import HTTP2

/// `connectrpc.conformance.v1.ConformanceService`: each method does what its request defines.
struct ConformanceService {
  private typealias Reply = Sent<PayloadResponse>

  static let name = "connectrpc.conformance.v1.ConformanceService"

  /// `Unimplemented` stays so.
  static func register(in router: inout RPCRouter) {
    for method in ["Unary", "IdempotentUnary"] {
      router.registerUnary(MethodDescriptor(service: name, method: method)) {
        (request: ServerRequest<Received<UnaryRequest>>, context: ServerContext) in
        let requests = [AnyMessage("\(method)Request", request.message.bytes)]
        return try await answer(request.message.fields.definition, requests, context)
      }
    }
    router.registerServerStreaming(MethodDescriptor(service: name, method: "ServerStream")) {
      (request: ServerRequest<Received<ServerStreamRequest>>, context, writer) in
      let requests = [AnyMessage("ServerStreamRequest", request.message.bytes)]
      guard let definition = request.message.fields.definition else { return Metadata() }
      var responses = StreamedResponses(definition, context, writer)
      try await responses.begin()
      return try await responses.end(requests)
    }
    router.registerClientStreaming(MethodDescriptor(service: name, method: "ClientStream")) {
      (messages: RPCMessages<Received<UnaryRequest>>, context: ServerContext) in
      var requests: [AnyMessage] = []
      var definition: UnaryDefinition?
      for try await message in messages {
        if requests.isEmpty { definition = message.fields.definition }
        requests.append(AnyMessage("ClientStreamRequest", message.bytes))
      }
      return try await answer(definition, requests, context)
    }
    router.registerBidirectionalStreaming(
      MethodDescriptor(service: name, method: "BidiStream"), handler: converse)
  }

  private static func answer(
    _ definition: UnaryDefinition?, _ requests: [AnyMessage], _ context: ServerContext
  ) async throws -> ServerResponse<Reply> {
    let info = RequestInfo(context, requests)
    guard let definition else {
      return ServerResponse(
        message: Sent(PayloadResponse(payload: ConformancePayload(data: [], requestInfo: info))))
    }
    try await Task.sleep(for: definition.delay)
    if let error = definition.error {
      throw RPCError(
        error, Metadata(definition.headers + definition.trailers),
        requestInfo: info)
    }
    return ServerResponse(
      message: Sent(
        PayloadResponse(payload: ConformancePayload(data: definition.data, requestInfo: info))),
      metadata: Metadata(definition.headers), trailingMetadata: Metadata(definition.trailers),
      compressed: context.usesGzip)
  }

  @Sendable private static func converse(
    _ messages: RPCMessages<Received<BidiStreamRequest>>, _ context: ServerContext,
    _ writer: RPCWriter<Sent<PayloadResponse>>
  ) async throws -> Metadata {
    var unanswered: [AnyMessage] = []
    var isFirst = true
    var responses: StreamedResponses?
    var isFullDuplex = false
    for try await message in messages {
      unanswered.append(AnyMessage("BidiStreamRequest", message.bytes))
      if isFirst {
        isFirst = false
        isFullDuplex = message.fields.isFullDuplex
        responses = message.fields.definition.map { StreamedResponses($0, context, writer) }
        try await responses?.begin()
      }
      guard isFullDuplex else { continue }
      // What cannot be answered ends the conversation.
      guard try await responses?.sendNext(unanswered) == true else { break }
      unanswered = []
    }
    return try await responses?.end(unanswered) ?? Metadata()
  }
}

/// The responses that a definition asks for, as far as they have not been sent.
private struct StreamedResponses {
  private let definition: StreamDefinition
  private let context: ServerContext
  private let writer: RPCWriter<Sent<PayloadResponse>>
  private var sent = 0

  init(
    _ definition: StreamDefinition, _ context: ServerContext,
    _ writer: RPCWriter<Sent<PayloadResponse>>
  ) {
    self.definition = definition
    self.context = context
    self.writer = writer
  }

  /// Sends the headers, before any delay.
  func begin() async throws {
    try await writer.send(metadata: Metadata(definition.headers), compressed: context.usesGzip)
  }

  /// Sends the next response, the first one with all that is known of the request.
  ///
  /// - Returns: false where none is left.
  mutating func sendNext(_ requests: [AnyMessage]) async throws -> Bool {
    guard sent < definition.data.count else { return false }
    try await Task.sleep(for: definition.delay)
    var info: RequestInfo?
    if sent == 0 {
      info = RequestInfo(context, requests)
    } else if !requests.isEmpty {
      info = RequestInfo(requests: requests)
    }
    let payload = ConformancePayload(data: definition.data[sent], requestInfo: info)
    try await writer.write(Sent(PayloadResponse(payload: payload)), compressed: context.usesGzip)
    sent += 1
    return true
  }

  /// Sends what is left, and the error, if one is defined.
  mutating func end(_ requests: [AnyMessage]) async throws -> Metadata {
    var requests = requests
    while try await sendNext(requests) { requests = [] }
    guard let error = definition.error else { return Metadata(definition.trailers) }
    throw RPCError(
      error, Metadata(definition.trailers),
      requestInfo: sent == 0 ? RequestInfo(context, requests) : nil)
  }
}

extension ServerContext {
  /// Whether the caller compresses, in which case it is answered in kind.
  fileprivate var usesGzip: Bool { metadata.firstString(forKey: "grpc-encoding") == "gzip" }
}

extension RequestInfo {
  init(_ context: ServerContext, _ requests: [AnyMessage]) {
    var headers: [Header] = []
    for field in context.metadata.receivedFields where !field.name.hasPrefix(":") {
      // Base64 goes back unpadded, each value on its own.
      let values =
        field.name.hasSuffix("-bin")
        ? field.value.split(separator: ",").map { String($0.prefix { $0 != "=" }) } : [field.value]
      if let index = headers.firstIndex(where: { $0.name == field.name }) {
        headers[index].values += values
      } else {
        headers.append(Header(name: field.name, values: values))
      }
    }
    self.headers = headers
    self.requests = requests
    timeoutMilliseconds = context.timeRemaining.map { Int64($0 / .milliseconds(1)) }
  }
}

extension Metadata {
  fileprivate init(_ headers: [Header]) {
    self.init()
    for header in headers {
      for value in header.values { addString(value, forKey: header.name) }
    }
  }
}

extension RPCError {
  /// - Parameter requestInfo: goes with the details of an error that no response preceded.
  fileprivate init(
    _ error: ErrorDefinition, _ metadata: Metadata, requestInfo: RequestInfo?
  ) {
    let seen = requestInfo.map { [AnyMessage("RequestInfo", $0.bytes)] } ?? []
    let status = StatusMessage(
      code: error.code, text: error.message, details: error.details + seen)
    self.init(
      code: Status.Code(wire: String(error.code)), message: error.message, metadata: metadata,
      details: status.bytes)
  }
}
