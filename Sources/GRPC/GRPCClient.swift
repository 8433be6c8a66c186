package import HTTP2
package import NIOCore

/// The answer to a unary call that succeeded; a failure is thrown as an `RPCError`.
package struct ClientResponse<Output: Sendable>: Sendable {
  package let message: Output
  package let metadata: Metadata
  package let trailingMetadata: Metadata
}

/// A gRPC client with one connection, over TLS or with prior knowledge of HTTP/2. Any number of calls
/// may run on it at once, up to the streams that the server allows.
package final class GRPCClient: Sendable {
  let connection: HTTP2ClientConnection
  private let authority: String
  let limits: GRPCLimits
  private let scheme: String

  private init(
    connection: HTTP2ClientConnection, scheme: String, authority: String, limits: GRPCLimits
  ) {
    self.scheme = scheme
    self.connection = connection
    self.authority = authority
    self.limits = limits
  }

  /// - Parameters:
  ///   - tls: whom to trust; nil connects without TLS.
  ///   - timeout: how long connecting and the handshake of TLS may take together.
  /// - Throws: UNAVAILABLE when the host cannot be resolved or connected to, or TLS fails.
  package static func connect(
    host: String, port: Int, group: any EventLoopGroup, tls: ClientTLS? = nil,
    limits: GRPCLimits = GRPCLimits(), timeout: Duration = .seconds(10)
  ) async throws(RPCError) -> GRPCClient {
    let authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    do {
      let connection = try await HTTP2ClientConnection.connect(
        host: host, port: port, group: group, tls: tls, limits: limits.http2,
        timeout: timeout)
      return GRPCClient(
        connection: connection, scheme: tls == nil ? "http" : "https", authority: authority,
        limits: limits)
    } catch {
      let reason =
        switch error {
        case let error as TLSIdentityError: error.description
        default:
          "it cannot be resolved or reached"
            + (tls == nil ? "" : ", or the two do not agree on TLS and each other's certificates")
        }
      throw RPCError(
        code: .unavailable, message: "No connection to \(authority): \(reason)."
      ).unprocessed
    }
  }

  /// Calls a unary method.
  ///
  /// - Parameter timeout: sent as `grpc-timeout`, and kept on this side, too; nil waits forever.
  /// - Throws: the status that the server answered with, or, made on this side:
  ///   DEADLINE_EXCEEDED, CANCELLED (this task was cancelled), UNAVAILABLE (the connection was
  ///   lost), RESOURCE_EXHAUSTED (a message above the limits), INTERNAL, UNKNOWN, UNIMPLEMENTED
  ///   (an answer that breaks the protocol).
  package func unary<Input: Message, Output: Message>(
    _ request: Input, method: MethodDescriptor, metadata: Metadata = Metadata(),
    timeout: Duration? = nil
  ) async throws(RPCError) -> ClientResponse<Output> {
    let message: ByteBuffer
    do {
      message = try request.framed(limit: limits.maximumSendMessageLength)
    } catch {
      throw error.unprocessed
    }
    let headers = requestHeaders(method, metadata: metadata, timeout: timeout)
    let raw = try await exchange(headers, message: message, timeout: timeout).get()
    return ClientResponse(
      message: try coding.decode(raw.message), metadata: raw.metadata,
      trailingMetadata: raw.trailingMetadata)
  }

  /// Closes the connection; calls in flight end with UNAVAILABLE.
  package func close() async {
    await connection.close()
  }

  func requestHeaders(
    _ method: MethodDescriptor, metadata: Metadata, timeout: Duration?
  ) -> HeaderFields {
    var headers: HeaderFields = [
      ":method": "POST", ":scheme": scheme, ":path": method.path, ":authority": authority,
      "te": "trailers", "content-type": "application/grpc", "user-agent": Self.userAgent,
      "grpc-accept-encoding": MessageEncoding.accepted,
    ]
    if let timeout {
      headers.append(name: "grpc-timeout", value: Timeout.format(timeout))
    }
    metadata.appendSendable(to: &headers)
    return headers
  }

  var coding: MessageCoding {
    MessageCoding(
      maximumReceiveMessageLength: limits.maximumReceiveMessageLength,
      maximumSendMessageLength: limits.maximumSendMessageLength, compressesByDefault: false)
  }

  /// Runs the call on the connection's event loop and waits for its end.
  private func exchange(
    _ headers: HeaderFields, message: ByteBuffer, timeout: Duration?
  ) async -> Result<RawResponse, RPCError> {
    let slot = NIOLoopBoundBox<Slot>.makeBoxSendingValue(Slot(), eventLoop: connection.eventLoop)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        connection.eventLoop.execute {
          guard !slot.value.isCancelled else {
            return continuation.resume(returning: .failure(Self.cancelled))
          }
          let call = ClientCall(limit: self.limits.maximumReceiveMessageLength) { result in
            continuation.resume(returning: result)
          }
          slot.value.call = call
          call.start(headers, message: message, timeout: timeout, on: self.connection)
        }
      }
    } onCancel: {
      connection.eventLoop.execute {
        slot.value.isCancelled = true
        slot.value.call?.abandon(Self.cancelled)
      }
    }
  }

  /// The place where a cancellation finds its call, or the call finds that it was cancelled.
  private struct Slot {
    var call: ClientCall?
    var isCancelled = false
  }

  static let cancelled = RPCError(code: .cancelled, message: "The call was cancelled.")
  private static let userAgent = "grpc-swift-nghttp2/1"
}
