/// The name of a method: `/service/method`, case-sensitive.
package struct MethodDescriptor: Hashable, Sendable, CustomStringConvertible {
  /// The full name of the service, for example `grpc.health.v1.Health`.
  package var service: String
  /// The name of the method in its service, for example `Check`.
  package var method: String

  package init(service: String, method: String) {
    self.service = service
    self.method = method
  }

  /// Stands for every method that this server does not have, so that names which callers make up
  /// never become labels of metrics (gRFC A66 asks for `other`).
  package static let unregistered = MethodDescriptor(service: "", method: "other")

  /// The value of `:path`.
  package var path: String { "/\(service)/\(method)" }

  package var description: String { "\(service)/\(method)" }
}
