import ServiceLifecycle

/// A service by the name that the log has of it. ServiceLifecycle would name it by a description of
/// all that it holds, which says too much and takes milliseconds of the start.
struct NamedService: Service, CustomStringConvertible {
  let description: String
  private let service: any Service

  init(_ name: String, _ service: any Service) {
    description = name
    self.service = service
  }

  func run() async throws {
    try await service.run()
  }
}
