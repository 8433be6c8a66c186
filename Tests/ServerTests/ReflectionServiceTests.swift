import GRPC
import Messages
import Testing

@testable import Server

@Suite struct ReflectionServiceTests {
  typealias Request = ReflectionService.Request

  private func answer(_ query: Request.Query?) throws -> ReflectionService.Response.Answer? {
    let service = ReflectionService(
      index: try SymbolIndex(descriptorSet: DescriptorSet.serializedBytes), services: ["a", "b"])
    let request = Request(host: "h", query: query)
    let response = service.response(to: request)
    #expect(response.validHost == "h")
    #expect(response.originalRequest == request)
    return response.answer
  }

  @Test func services() throws {
    #expect(
      try answer(.listServices("whatever"))
        == .listServicesResponse(.init(service: [.init(name: "a"), .init(name: "b")])))
  }

  @Test(arguments: [
    Request.Query.fileByFilename("grpc/health/v1/health.proto"),
    .fileContainingSymbol("grpc.health.v1.Health.Watch"),
  ])
  func files(query: Request.Query) throws {
    #expect(
      try answer(query)
        == .fileDescriptorResponse(
          .init(fileDescriptorProto: [try Protoc.file("grpc/health/v1/health.proto")])))
  }

  @Test(
    arguments: [
      (.fileByFilename("none.proto"), .notFound),
      (.fileContainingSymbol("none"), .notFound),
      (
        .fileContainingExtension(
          .init(containingType: "grpc.health.v1.HealthCheckRequest", extensionNumber: 5)), .notFound
      ),
      (.allExtensionNumbersOfType("none"), .notFound),
      (nil, .invalidArgument),
    ] as [(Request.Query?, Status.Code)])
  func refusals(query: Request.Query?, code: Status.Code) throws {
    guard case .errorResponse(let error) = try answer(query) else {
      Issue.record("answered")
      return
    }
    #expect(error.errorCode == Int32(code.rawValue))
    #expect(!error.errorMessage.isEmpty)
  }

  @Test func aMessageWithoutExtensions() throws {
    #expect(
      try answer(.allExtensionNumbersOfType("google.rpc.Status"))
        == .allExtensionNumbersResponse(.init(baseTypeName: "google.rpc.Status")))
  }
}
