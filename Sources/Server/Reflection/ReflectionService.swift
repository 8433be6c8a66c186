import GRPC
import Messages

/// `grpc.reflection.v1.ServerReflection` and `v1alpha`, which are the same on the wire: what
/// grpcurl and its like need to call this server without its proto files.
struct ReflectionService: Sendable {
  typealias Request = GRPCReflectionV1.ServerReflectionRequest
  typealias Response = GRPCReflectionV1.ServerReflectionResponse

  static let names = [
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
  ]

  var index: SymbolIndex
  /// The services that this server has, sorted.
  var services: [String]

  /// - Parameter router: has all other services already.
  static func register(with router: inout RPCRouter, index: SymbolIndex) {
    let services = Set(router.methods.map(\.service)).union(names).sorted()
    let service = ReflectionService(index: index, services: services)
    for name in names {
      router.registerBidirectionalStreaming(
        MethodDescriptor(service: name, method: "ServerReflectionInfo")
      ) { (requests: RPCMessages<Request>, _, writer: RPCWriter<Response>) in
        for try await request in requests {
          try await writer.write(service.response(to: request))
        }
        return Metadata()
      }
    }
  }

  func response(to request: Request) -> Response {
    Response(validHost: request.host, originalRequest: request, answer: answer(to: request.query))
  }

  private func answer(to query: Request.Query?) -> Response.Answer {
    switch query {
    case .listServices:
      .listServicesResponse(
        .init(service: services.map { GRPCReflectionV1.ServiceResponse(name: $0) }))
    case .fileByFilename(let name):
      Self.files(index.files(named: name), else: "There is no such file.")
    case .fileContainingSymbol(let symbol):
      Self.files(index.files(declaring: symbol), else: "There is no such symbol.")
    case .fileContainingExtension(let wanted):
      Self.files(
        index.files(declaring: Int(wanted.extensionNumber), of: wanted.containingType),
        else: "There is no such extension.")
    case .allExtensionNumbersOfType(let type):
      if let numbers = index.extensionNumbers(of: type) {
        .allExtensionNumbersResponse(
          .init(baseTypeName: type, extensionNumber: numbers.map { Int32(truncatingIfNeeded: $0) }))
      } else {
        Self.refusal(.notFound, "There is no such message.")
      }
    case nil:
      Self.refusal(.invalidArgument, "The request asks nothing that is known here.")
    }
  }

  private static func files(_ files: [[UInt8]]?, else reason: String) -> Response.Answer {
    guard let files else { return refusal(.notFound, reason) }
    return .fileDescriptorResponse(.init(fileDescriptorProto: files))
  }

  private static func refusal(_ code: Status.Code, _ reason: String) -> Response.Answer {
    .errorResponse(.init(errorCode: Int32(code.rawValue), errorMessage: reason))
  }
}
