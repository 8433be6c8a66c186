package import HTTP2

/// Stands around every call: authentication, logging, metrics.
///
/// The interceptors of a server are called in their order before the handler and in the reverse
/// order after it, on the event loop of the call's connection: they must not block. They are
/// objects, because every call hands each of them on several times.
package protocol ServerInterceptor: AnyObject, Sendable {
  /// Called when the request's headers have come: the place for authentication, because a refusal
  /// leaves before the request's messages have been sent, let alone looked at. It may add to the
  /// context, or refuse the call by throwing; then neither the interceptors behind it nor the
  /// handler are called. A method that the server does not have comes here, too, as
  /// `unregistered`.
  func callDidArrive(_ context: inout ServerContext) throws(RPCError)

  /// Called with each error before it is sent: may add details for the caller. The errors of this
  /// room itself (framing, timeout, unknown method, deadline …) come without any.
  func describe(_ error: RPCError, of context: ServerContext) -> RPCError

  /// Called exactly once for each request of gRPC that is read, also for one that was refused before
  /// `callDidArrive` (malformed headers). Headers beyond `HTTP2Limits.headerListSize` are not read:
  /// no interceptor sees that refusal. `status` is the one sent; for a stream that the peer reset or
  /// lost it is what its reset code means. `traffic` has the messages that crossed the wire by then.
  func callDidEnd(_ context: ServerContext, status: Status, traffic: MessageTraffic)
}

extension ServerInterceptor {
  package func callDidArrive(_ context: inout ServerContext) throws(RPCError) {}

  package func describe(_ error: RPCError, of context: ServerContext) -> RPCError { error }

  package func callDidEnd(_ context: ServerContext, status: Status, traffic: MessageTraffic) {}
}
