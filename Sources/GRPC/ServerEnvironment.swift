import HTTP2
import Logging
import NIOCore

/// What all calls of one server share: one object, to which each call has one reference.
final class ServerEnvironment: Sendable {
  let router: RPCRouter
  let interceptors: [any ServerInterceptor]
  let limits: GRPCLimits
  /// Whether responses are compressed for callers that accept it, where a handler does not say.
  let compressesResponses: Bool
  let logger: Logger
  let running = RunningHandlers()
  let inflation = ByEventLoop { MessageInflation(eventLoop: $0) }

  init(
    router: RPCRouter, interceptors: [any ServerInterceptor], limits: GRPCLimits,
    compressesResponses: Bool, logger: Logger
  ) {
    self.router = router
    self.interceptors = interceptors
    self.limits = limits
    self.compressesResponses = compressesResponses
    self.logger = logger
  }

  /// Tells the interceptors of a call.
  ///
  /// - Returns: why one of them refused it.
  func announce(_ context: inout ServerContext) -> RPCError? {
    do throws(RPCError) {
      for interceptor in interceptors {
        try interceptor.callDidArrive(&context)
      }
      return nil
    } catch {
      return error
    }
  }

  /// The status for what a handler threw. Of an error that is not meant for callers neither they
  /// nor the log get the text, which may quote a request; the log gets its type, in the call's span.
  func rpcError(for error: any Error, in context: ServerContext) -> RPCError {
    let rpcError = RPCError(error, otherwise: .unknown, message: "The handler failed.")
    switch error {
    case is RPCError, is any RPCErrorConvertible, is CancellationError: break
    default:
      CallSpan.$current.withValue(context.span) {
        logger.error(
          "a handler threw an unexpected error",
          metadata: ["method": "\(context.descriptor)", "error.type": "\(type(of: error))"])
      }
    }
    return rpcError
  }
}
