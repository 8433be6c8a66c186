import GRPC
import Messages
import Provisioning
import Testing

@testable import Server

@Suite struct ErrorDetailsTests {
  private func told(_ violations: [Violation]) throws -> [String] {
    let details = ErrorDetails(.invalidArgument, "REASON", "Much is wrong.", violations: violations)
    let bytes = details.serializedStatus()
    // In Base64 and with the other headers they stay below 8 KiB.
    #expect(bytes.count <= 5 << 10)
    let status = try GoogleRPC.Status(serializedBytes: bytes.span)
    return try #require(try status.detail(GoogleRPC.BadRequest.self)).fieldViolations.map(\.field)
  }

  private func violations(_ count: Int, _ description: String) -> [Violation] {
    (0..<count).map { Violation(field: "user_attributes[\($0)].name", description: description) }
  }

  @Test func everyFieldIsTold() throws {
    let violations = violations(100, "")
    #expect(try told(violations) == violations.map(\.field))
  }

  @Test(arguments: ["must be short", String(repeating: "a", count: 1000)])
  func ofVeryManyTheFirstAreTold(description: String) throws {
    let violations = violations(600, description)
    let told = try told(violations)
    #expect(told.count >= 3)
    #expect(told.count < 100)
    #expect(told == violations.prefix(told.count).map(\.field))
  }
}
