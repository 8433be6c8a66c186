import GRPC

/// `grpc.testing.TestService`: the server of gRPC's interoperability tests.
///
/// Source: grpc/grpc doc/interop-test-descriptions.md.
struct TestService {
  private typealias Output = Sent<StreamingOutputCallResponse>

  static let name = "grpc.testing.TestService"

  /// `UnimplementedCall` stays so.
  static func register(in router: inout RPCRouter) {
    router.registerUnary(method("EmptyCall")) {
      (_: ServerRequest<Received<EmptyMessage>>, context: ServerContext) in
      ServerResponse(
        message: Sent(EmptyMessage()), metadata: context.echoedHeaders,
        trailingMetadata: context.echoedTrailers)
    }
    router.registerUnary(method("UnaryCall"), handler: unaryCall)
    router.registerClientStreaming(method("StreamingInputCall"), handler: streamingInputCall)
    router.registerServerStreaming(method("StreamingOutputCall")) {
      (request: ServerRequest<Received<StreamingOutputCallRequest>>, context, writer) in
      try await send(request.message.fields, context, writer)
      return context.echoedTrailers
    }
    router.registerBidirectionalStreaming(method("FullDuplexCall")) {
      (requests: RPCMessages<Received<StreamingOutputCallRequest>>, context, writer) in
      for try await request in requests { try await send(request.fields, context, writer) }
      return context.echoedTrailers
    }
    router.registerBidirectionalStreaming(method("HalfDuplexCall")) {
      (requests: RPCMessages<Received<StreamingOutputCallRequest>>, context, writer) in
      var all: [StreamingOutputCallRequest] = []
      for try await request in requests { all.append(request.fields) }
      for request in all { try await send(request, context, writer) }
      return context.echoedTrailers
    }
  }

  private static func method(_ method: String) -> MethodDescriptor {
    MethodDescriptor(service: name, method: method)
  }

  @Sendable private static func unaryCall(
    _ request: ServerRequest<Received<SimpleRequest>>, _ context: ServerContext
  ) throws -> ServerResponse<Sent<SimpleResponse>> {
    let fields = request.message.fields
    try check(fields.expectCompressed, wasCompressed: request.wasCompressed)
    try fields.responseStatus?.check(context)
    return ServerResponse(
      message: Sent(SimpleResponse(payload: Payload(size: fields.responseSize))),
      metadata: context.echoedHeaders, trailingMetadata: context.echoedTrailers,
      compressed: fields.responseCompressed)
  }

  @Sendable private static func streamingInputCall(
    _ requests: RPCMessages<Received<StreamingInputCallRequest>>, _ context: ServerContext
  ) async throws -> ServerResponse<Sent<StreamingInputCallResponse>> {
    var size = 0
    var iterator = requests.makeAsyncIterator()
    while let request = try await iterator.next() {
      try check(request.fields.expectCompressed, wasCompressed: iterator.wasCompressed)
      size += request.fields.payload?.size ?? 0
    }
    return ServerResponse(
      message: Sent(StreamingInputCallResponse(aggregatedPayloadSize: size)),
      metadata: context.echoedHeaders, trailingMetadata: context.echoedTrailers)
  }

  private static func send(
    _ request: StreamingOutputCallRequest, _ context: ServerContext, _ writer: RPCWriter<Output>
  ) async throws {
    try request.status?.check(context)
    for response in request.responses {
      try await Task.sleep(for: response.interval)
      // The headers name gzip even where the first message does without it.
      try await writer.send(metadata: context.echoedHeaders, compressed: true)
      try await writer.write(
        Sent(StreamingOutputCallResponse(payload: Payload(size: response.size))),
        compressed: response.isCompressed)
    }
  }

  private static func check(_ expected: Bool?, wasCompressed: Bool) throws(RPCError) {
    guard let expected, expected != wasCompressed else { return }
    throw RPCError(
      code: .invalidArgument,
      message: expected ? "The request is not compressed." : "The request is compressed.")
  }
}

extension EchoStatus {
  /// - Throws: this status, unless it is OK.
  fileprivate func check(_ context: ServerContext) throws(RPCError) {
    guard code != 0 else { return }
    throw RPCError(
      code: Status.Code(wire: String(code)), message: message, metadata: context.echoedTrailers)
  }
}

extension ServerContext {
  fileprivate var echoedHeaders: Metadata {
    var echoed = Metadata()
    for value in metadata[stringValues: "x-grpc-test-echo-initial"] {
      echoed.addString(value, forKey: "x-grpc-test-echo-initial")
    }
    return echoed
  }

  fileprivate var echoedTrailers: Metadata {
    var echoed = Metadata()
    for value in metadata[binaryValues: "x-grpc-test-echo-trailing-bin"] {
      echoed.addBinary(value, forKey: "x-grpc-test-echo-trailing-bin")
    }
    return echoed
  }
}
