import HTTP2

/// What a program can act on in a failure: it becomes `grpc-status-details-bin` when the failure is
/// sent, and no sooner.
package protocol StatusDetails: Sendable {
  /// A serialized `google.rpc.Status`, which should agree with the failure in code and message.
  func serializedStatus() -> [UInt8]
}

extension [UInt8]: StatusDetails {
  package func serializedStatus() -> [UInt8] { self }
}

/// The failure of one call, as it is told to the caller.
package struct RPCError: Error, Sendable {
  package typealias Code = Status.Code

  /// Never `ok` on the wire: an error that claims `ok` is sent as UNKNOWN.
  package var code: Code
  /// Text for a developer; it holds no personal data and no secret.
  package var message: String
  /// Trailers that go with the status, for example `grpc-retry-pushback-ms`.
  package var metadata: Metadata
  /// Of an error that is sent; see ``receivedDetails``.
  package var details: (any StatusDetails)?
  /// Of an error that a client made: the server was not reached, or refused the call before it did
  /// anything for it.
  package private(set) var isUnprocessed = false

  package init(
    code: Code, message: String, metadata: Metadata = Metadata(),
    details: (any StatusDetails)? = nil
  ) {
    self.code = code
    self.message = message
    self.metadata = metadata
    self.details = details
  }

  /// The same error of a call that no server has begun with.
  var unprocessed: RPCError {
    var error = self
    error.isUnprocessed = true
    return error
  }

  package var status: Status {
    Status(code: code == .ok ? .unknown : code, message: message)
  }

  /// The serialized `google.rpc.Status` of an error that was received; `nil` where it has none.
  package var receivedDetails: [UInt8]? {
    metadata[binaryValues: MetadataKey.statusDetails].first
  }

  /// What goes with the status: the metadata and the details.
  var trailers: Metadata {
    guard let details else { return metadata }
    var trailers = metadata
    trailers.addBinary(details.serializedStatus(), forKey: MetadataKey.statusDetails)
    return trailers
  }
}

extension RPCError: Equatable {
  package static func == (one: Self, other: Self) -> Bool {
    (one.code, one.message) == (other.code, other.message) && one.trailers == other.trailers
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
