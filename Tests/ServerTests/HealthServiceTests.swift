import GRPC
import Messages
import Testing

@testable import Server

@Suite struct HealthServiceTests {
  @Test func check() throws {
    let reporter = HealthReporter(services: ["", "a"])
    reporter.report(.serving, for: "")
    let service = HealthService(reporter: reporter)
    #expect(try service.check(.init()).status == .serving)
    #expect(try service.check(.init(service: "a")).status == .notServing)
    let error = #expect(throws: RPCError.self) { try service.check(.init(service: "b")) }
    #expect(error?.code == .notFound)
    #expect((error?.details as? ErrorDetails)?.reason == "SERVICE_NOT_FOUND")
  }

  @Test(arguments: [(256, true), (257, false), (1 << 20, false)])
  func aWatchedNameIsBounded(byteCount: Int, isWatched: Bool) throws {
    let service = HealthService(reporter: HealthReporter(services: []))
    let request = GRPCHealthV1.HealthCheckRequest(service: String(repeating: "a", count: byteCount))
    if isWatched {
      service.reporter.remove(try service.watch(request))
    } else {
      let error = #expect(throws: RPCError.self) { try service.watch(request) }
      #expect(error?.code == .invalidArgument)
      #expect((error?.details as? ErrorDetails)?.reason == "INVALID_REQUEST")
    }
  }

  @Test(arguments: [(100, true), (101, false)])
  func listIsBounded(count: Int, isAnswered: Bool) throws {
    let service = HealthService(
      reporter: HealthReporter(services: (0..<count).map { "service\($0)" }))
    if isAnswered {
      #expect(try service.list().statuses.count == count)
    } else {
      let error = #expect(throws: RPCError.self) { try service.list() }
      #expect(error?.code == .resourceExhausted)
      #expect((error?.details as? ErrorDetails)?.reason == "TOO_MANY_SERVICES")
    }
  }
}
