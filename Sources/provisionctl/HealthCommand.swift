import ArgumentParser
import GRPC
import Messages

/// `provisionctl health`
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Tells whether the service serves; fails when it does not.",
    discussion: "Needs no identity. Exit codes: 0 serving, 75 not serving, 65 no such service.")

  @Argument(
    help: """
      The full name of a service, e.g. provisioning.v1.AuditService. Left out: the whole server.
      """)
  var service = ""

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let answer = try await connection.call(
      GRPCHealthV1.HealthCheckRequest(service: service),
      method: MethodDescriptor(service: "grpc.health.v1.Health", method: "Check"),
      answer: GRPCHealthV1.HealthCheckResponse.self)
    guard answer.status == .serving else { throw Failure.notServing }
  }
}

extension GRPCHealthV1.HealthCheckResponse: Outputable {
  var output: OutputValue {
    let status =
      switch status {
      case .unknown: "UNKNOWN"
      case .serving: "SERVING"
      case .notServing: "NOT_SERVING"
      case .serviceUnknown: "SERVICE_UNKNOWN"
      case .unrecognized(let number): "\(number)"
      }
    return .fields(["status": .text(status)])
  }
}
