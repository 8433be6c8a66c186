import CMessages

/// The messages of `proto/grpc/health/v1`.
package enum GRPCHealthV1 {}

extension GRPCHealthV1.HealthCheckResponse {
  /// Whether calls of a service will be served.
  package enum ServingStatus: ProtobufEnum {
    /// Not known.
    case unknown
    /// Calls are served.
    case serving
    /// Calls are refused, or soon will be.
    case notServing
    /// The service is not known here. Only Watch says so.
    case serviceUnknown
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      self =
        switch number {
        case 0: .unknown
        case 1: .serving
        case 2: .notServing
        case 3: .serviceUnknown
        default: .unrecognized(number)
        }
    }

    package var number: Int32 {
      switch self {
      case .unknown: 0
      case .serving: 1
      case .notServing: 2
      case .serviceUnknown: 3
      case .unrecognized(let number): number
      }
    }
  }
}
