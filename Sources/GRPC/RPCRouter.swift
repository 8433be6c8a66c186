import NIOCore

/// The methods of a server. A request is found by the bytes of its path, once.
package struct RPCRouter: Sendable {
  /// One method and its handler, with the types of its messages erased.
  struct Registration: Sendable {
    let descriptor: MethodDescriptor
    let handler: UnaryHandler
  }

  /// Decodes the payload, calls the handler, encodes the answer.
  typealias UnaryHandler =
    @Sendable (_ payload: ByteBuffer, ServerContext, GRPCLimits) async throws -> UnaryAnswer

  private var registrations: [PathKey: Registration] = [:]

  package init() {}

  /// The methods registered, in no order.
  package var methods: [MethodDescriptor] { registrations.values.map(\.descriptor) }

  /// Registers a unary method; a second registration of a method replaces the first.
  package mutating func registerUnary<Input: Message, Output: Message>(
    _ method: MethodDescriptor,
    handler:
      @escaping @Sendable (ServerRequest<Input>, ServerContext) async throws ->
      ServerResponse<Output>
  ) {
    let key = PathKey(path: ArraySlice(method.path.utf8))
    registrations[key] = Registration(descriptor: method) { payload, context, limits in
      let request = ServerRequest(
        metadata: context.metadata, message: try Input.decode(payload))
      let response = try await handler(request, context)
      return UnaryAnswer(
        metadata: response.metadata,
        message: try response.message.framed(limit: limits.maximumSendMessageLength),
        trailingMetadata: response.trailingMetadata)
    }
  }

  func registration(forPath path: ArraySlice<UInt8>) -> Registration? {
    registrations[PathKey(path: path)]
  }
}

/// What a handler gave, ready to be sent.
struct UnaryAnswer: Sendable {
  let metadata: Metadata
  /// The message with its prefix.
  let message: ByteBuffer
  let trailingMetadata: Metadata
}

/// A path as a key that is looked up without making a `String`. The hash takes the end of the path
/// alone: the table holds our own methods, so that nobody outside can fill it with collisions.
private struct PathKey: Hashable, Sendable {
  let path: ArraySlice<UInt8>

  func hash(into hasher: inout Hasher) {
    hasher.combine(path.suffix(8).reduce(UInt64(path.count)) { $0 << 8 ^ UInt64($1) })
  }
}
