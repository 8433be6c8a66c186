import HTTP2

/// The failure of one call, as it is told to the caller.
package struct RPCError: Error, Equatable, Sendable {
  package typealias Code = Status.Code

  /// Never `ok` on the wire: an error that claims `ok` is sent as UNKNOWN.
  package var code: Code
  /// Text for a developer; it holds no personal data and no secret.
  package var message: String
  /// Trailers that go with the status, for example `grpc-retry-pushback-ms`.
  package var metadata: Metadata

  package init(code: Code, message: String, metadata: Metadata = Metadata()) {
    self.code = code
    self.message = message
    self.metadata = metadata
  }

  /// An error with a serialized `google.rpc.Status`, which should agree in code and message.
  package init(code: Code, message: String, metadata: Metadata = Metadata(), details: [UInt8]) {
    self.init(code: code, message: message, metadata: metadata)
    self.metadata.addBinary(details, forKey: MetadataKey.statusDetails)
  }

  /// The same error with other details in the place of its own.
  package init(_ error: RPCError, details: [UInt8]) {
    var trailers = Metadata()
    for field in error.metadata where field.name != MetadataKey.statusDetails {
      trailers.addString(field.value, forKey: field.name)
    }
    self.init(code: error.code, message: error.message, metadata: trailers, details: details)
  }

  package var status: Status {
    Status(code: code == .ok ? .unknown : code, message: message)
  }

  /// The serialized `google.rpc.Status` of `grpc-status-details-bin`, nil where there is none.
  package var details: [UInt8]? {
    metadata[binaryValues: MetadataKey.statusDetails].first
  }
}

/// An error that knows which status a caller gets for it.
package protocol RPCErrorConvertible: Error {
  var rpcError: RPCError { get }
}

extension RPCError {
  /// The status for any error: an `RPCError` is itself, a convertible one converts itself, a
  /// cancellation is CANCELLED, and of all others only the fallback is told, never their text.
  init(_ error: any Error, otherwise code: Code, message: @autoclosure () -> String) {
    switch error {
    case let error as RPCError: self = error
    case let error as any RPCErrorConvertible: self = error.rpcError
    case is CancellationError: self.init(code: .cancelled, message: "The call was cancelled.")
    default: self.init(code: code, message: message())
    }
  }
}
