/// The outcome of a call: one of the 17 codes of gRPC and a text for developers.
///
/// Source: gRPC "Status codes and their use" (doc/statuscodes.md).
package struct Status: Hashable, Sendable {
  package var code: Code
  /// Text for a developer. It leaves the process percent-encoded; it never holds personal data.
  package var message: String

  package init(code: Code, message: String = "") {
    self.code = code
    self.message = message
  }

  package static let ok = Status(code: .ok)

  /// The status codes of gRPC with their numbers on the wire.
  package enum Code: UInt8, CaseIterable, Hashable, Sendable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case internalError = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16

    /// Reads the value of `grpc-status`. What is no known code counts as `unknown`
    /// (statuscodes.md: "a code that is not defined is UNKNOWN").
    package init(wire text: String) {
      self = UInt8(text).flatMap(Code.init(rawValue:)) ?? .unknown
    }

    /// The name in the documents of gRPC, for example `DEADLINE_EXCEEDED`: for logs and metrics.
    package var name: String {
      switch self {
      case .ok: "OK"
      case .cancelled: "CANCELLED"
      case .unknown: "UNKNOWN"
      case .invalidArgument: "INVALID_ARGUMENT"
      case .deadlineExceeded: "DEADLINE_EXCEEDED"
      case .notFound: "NOT_FOUND"
      case .alreadyExists: "ALREADY_EXISTS"
      case .permissionDenied: "PERMISSION_DENIED"
      case .resourceExhausted: "RESOURCE_EXHAUSTED"
      case .failedPrecondition: "FAILED_PRECONDITION"
      case .aborted: "ABORTED"
      case .outOfRange: "OUT_OF_RANGE"
      case .unimplemented: "UNIMPLEMENTED"
      case .internalError: "INTERNAL"
      case .unavailable: "UNAVAILABLE"
      case .dataLoss: "DATA_LOSS"
      case .unauthenticated: "UNAUTHENTICATED"
      }
    }
  }
}
