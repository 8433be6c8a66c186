import GRPC
import Messages
import Provisioning

/// `grpc.health.v1.Health`: tells callers what its ``HealthReporter`` knows. It needs no identity,
/// because those who ask are load balancers and probes.
struct HealthService: Sendable {
  static let name = "grpc.health.v1.Health"

  /// Most services in one answer of List (gRFC A90).
  static let listLimit = 100

  /// UTF-8 bytes of the longest name that is watched: it is kept for as long as the watch, and anybody
  /// may begin one.
  static let longestName = 256

  var reporter: HealthReporter

  func register(with router: inout RPCRouter) {
    router.registerUnary(MethodDescriptor(service: Self.name, method: "Check")) {
      (request: ServerRequest<GRPCHealthV1.HealthCheckRequest>, _) in
      ServerResponse(message: try check(request.message))
    }
    router.registerUnary(MethodDescriptor(service: Self.name, method: "List")) {
      (_: ServerRequest<GRPCHealthV1.HealthListRequest>, _) in
      ServerResponse(message: try list())
    }
    router.registerServerStreaming(MethodDescriptor(service: Self.name, method: "Watch")) {
      (request: ServerRequest<GRPCHealthV1.HealthCheckRequest>, _, writer) in
      let watch = try watch(request.message)
      defer { reporter.remove(watch) }
      for await status in watch.changes {
        try await writer.write(GRPCHealthV1.HealthCheckResponse(status: status))
      }
      return Metadata()
    }
  }

  /// - Throws: NOT_FOUND for a service that is not known.
  func check(
    _ request: GRPCHealthV1.HealthCheckRequest
  ) throws(RPCError) -> GRPCHealthV1.HealthCheckResponse {
    guard let status = reporter.status(of: request.service) else {
      throw ErrorDetails(
        .notFound, "SERVICE_NOT_FOUND", "The health of this service is not known here."
      ).rpcError
    }
    return GRPCHealthV1.HealthCheckResponse(status: status)
  }

  /// - Throws: INVALID_ARGUMENT for what is too long to be the name of a service.
  func watch(
    _ request: GRPCHealthV1.HealthCheckRequest
  ) throws(RPCError) -> HealthReporter.Watch {
    guard request.service.utf8.count <= Self.longestName else {
      throw ProvisioningError.invalid([
        Violation(field: "service", description: "at most \(Self.longestName) bytes")
      ]).rpcError
    }
    return reporter.watch(request.service)
  }

  /// - Throws: RESOURCE_EXHAUSTED for more than ``listLimit`` services.
  func list() throws(RPCError) -> GRPCHealthV1.HealthListResponse {
    let statuses = reporter.statuses
    guard statuses.count <= Self.listLimit else {
      throw ErrorDetails(
        .resourceExhausted, "TOO_MANY_SERVICES",
        "There are more than \(Self.listLimit) services."
      ).rpcError
    }
    return GRPCHealthV1.HealthListResponse(
      statuses: statuses.mapValues { GRPCHealthV1.HealthCheckResponse(status: $0) })
  }
}
