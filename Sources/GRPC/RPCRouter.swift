import NIOCore

/// The methods of a server. A request is found by the bytes of its path, once.
package struct RPCRouter: Sendable {
  /// One method and its handler. An object, which every call of the method shares.
  final class Registration: Sendable {
    let descriptor: MethodDescriptor
    /// Its place in the order of registration.
    let index: Int
    let handler: Handler

    init(descriptor: MethodDescriptor, index: Int, handler: Handler) {
      self.descriptor = descriptor
      self.index = index
      self.handler = handler
    }
  }

  package typealias UnaryHandler = @Sendable (UnaryCall) throws -> HandlerStep
  typealias ServerStreamingHandler =
    @Sendable (FramedMessage, ServerContext, MessageSink) throws -> HandlerStep
  typealias ClientStreamingHandler =
    @Sendable (MessageSource, ServerContext) async throws -> CallAnswer
  typealias BidirectionalStreamingHandler =
    @Sendable (MessageSource, ServerContext, MessageSink) async throws -> Metadata

  /// A handler by the kind of its calls, with the types of its messages erased: it decodes, calls
  /// the handler registered, and encodes. One message is decoded before anything waits, so that a
  /// call that lasts keeps none of the bytes that came.
  enum Handler: Sendable {
    case unary(UnaryHandler)
    case serverStreaming(ServerStreamingHandler)
    case clientStreaming(ClientStreamingHandler)
    case bidirectionalStreaming(BidirectionalStreamingHandler)

    /// Whether the handler runs while its request arrives.
    var streamsRequest: Bool {
      switch self {
      case .unary, .serverStreaming: false
      case .clientStreaming, .bidirectionalStreaming: true
      }
    }
  }

  private var registrations: [PathKey: Registration] = [:]

  package init() {}

  /// The methods registered, in no order.
  package var methods: [MethodDescriptor] { registrations.values.map(\.descriptor) }

  func registration(forPath path: ArraySlice<UInt8>) -> Registration? {
    registrations[PathKey(path: path)]
  }

  private mutating func register(_ method: MethodDescriptor, _ handler: Handler) {
    let key = PathKey(path: ArraySlice(method.path.utf8))
    let index = registrations[key]?.index ?? registrations.count
    registrations[key] = Registration(descriptor: method, index: index, handler: handler)
  }
}

/// Each function registers a method of one kind; a second registration of a method replaces the
/// first. A handler fails its call by throwing; it is told of the end of the call (cancelled by the
/// caller, deadline, connection lost) by cancellation of its task.
extension RPCRouter {
  /// One message, one answer.
  package mutating func registerUnary<Input: DecodableMessage, Output: EncodableMessage>(
    _ method: MethodDescriptor,
    handler:
      @escaping @Sendable (ServerRequest<Input>, ServerContext) async throws ->
      ServerResponse<Output>
  ) {
    registerUnary(method) { call in
      let request = ServerRequest<Input>(
        metadata: call.context.metadata, message: try call.decode(),
        wasCompressed: call.isCompressed)
      return .waiting { [context = call.context, reply = call.reply] in
        let response = try await handler(request, context)
        return try reply.answer(
          response.message, metadata: response.metadata,
          trailingMetadata: response.trailingMetadata, compressed: response.compressed)
      }
    }
  }

  /// The same for a handler that decodes and encodes: it knows the types of its messages, so that
  /// they are not copied and looked at generically. What it answers or refuses before it waits for
  /// anything costs no task. For methods that are called often.
  package mutating func registerUnary(
    _ method: MethodDescriptor, handler: @escaping UnaryHandler
  ) {
    register(method, .unary(handler))
  }

  /// One message, any number of answers. The handler returns the trailers of success.
  package mutating func registerServerStreaming<Input: DecodableMessage, Output: Message>(
    _ method: MethodDescriptor,
    handler:
      @escaping @Sendable (ServerRequest<Input>, ServerContext, RPCWriter<Output>) async throws ->
      Metadata
  ) {
    register(
      method,
      .serverStreaming { message, context, sink in
        let request = ServerRequest<Input>(
          metadata: context.metadata, message: try sink.coding.decode(message),
          wasCompressed: message.isCompressed)
        return .waiting { .sent(try await handler(request, context, RPCWriter(sink: sink))) }
      })
  }

  /// Any number of messages, one answer. The handler starts at the headers of the request and may
  /// answer before the last message.
  package mutating func registerClientStreaming<Input: Message, Output: Message>(
    _ method: MethodDescriptor,
    handler:
      @escaping @Sendable (RPCMessages<Input>, ServerContext) async throws ->
      ServerResponse<Output>
  ) {
    register(
      method,
      .clientStreaming { source, context in
        let response = try await handler(RPCMessages(source: source), context)
        return try source.coding.answer(
          response.message, metadata: response.metadata,
          trailingMetadata: response.trailingMetadata, compressed: response.compressed, to: context)
      })
  }

  /// Any number of messages both ways, in any order. The handler starts at the headers of the
  /// request and returns the trailers of success.
  package mutating func registerBidirectionalStreaming<Input: Message, Output: Message>(
    _ method: MethodDescriptor,
    handler:
      @escaping @Sendable (RPCMessages<Input>, ServerContext, RPCWriter<Output>) async throws ->
      Metadata
  ) {
    register(
      method,
      .bidirectionalStreaming { source, context, sink in
        try await handler(RPCMessages(source: source), context, RPCWriter(sink: sink))
      })
  }
}

/// A path as a key that is looked up without making a `String`. The hash takes the end of the path
/// alone: the table holds our own methods, so that nobody outside can fill it with collisions.
private struct PathKey: Hashable, Sendable {
  let path: ArraySlice<UInt8>

  static func == (one: Self, other: Self) -> Bool {
    let (one, other) = (one.path.span, other.path.span)
    guard one.count == other.count else { return false }
    for position in one.indices where one[position] != other[position] { return false }
    return true
  }

  func hash(into hasher: inout Hasher) {
    let bytes = path.span
    var end = UInt64(bytes.count)
    for position in max(0, bytes.count - 8)..<bytes.count {
      end = end << 8 ^ UInt64(bytes[position])
    }
    hasher.combine(end)
  }
}
