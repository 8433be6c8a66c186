import HTTP2
import Testing

@testable import GRPC

@Suite struct StatusTests {
  @Test func everyCodePassesTheWireUnchanged() {
    #expect(Status.Code.allCases.count == 17)
    for code in Status.Code.allCases {
      #expect(Status.Code(wire: String(code.rawValue)) == code)
    }
    #expect(Set(Status.Code.allCases.map(\.name)).count == 17)
  }

  @Test(arguments: ["17", "255", "256", "-1", "", "OK", "1.0"])
  func whatIsNoCodeIsUnknown(text: String) {
    #expect(Status.Code(wire: text) == .unknown)
  }

  @Test(arguments: [
    (HTTP2ErrorCode.cancel, Status.Code.cancelled), (.refusedStream, .unavailable),
    (.enhanceYourCalm, .resourceExhausted), (.inadequateSecurity, .permissionDenied),
    (.protocolError, .internalError), (.noError, .internalError),
    (.flowControlError, .internalError),
    (HTTP2ErrorCode(rawValue: 0x99), .internalError),
  ])
  func mapsResets(code: HTTP2ErrorCode, expected: Status.Code) {
    #expect(Status.forReset(code, connectionLost: .unavailable).code == expected)
  }

  @Test func aLostConnectionIsWhatTheSideSays() {
    #expect(Status.forReset(.connectionLost, connectionLost: .cancelled).code == .cancelled)
    #expect(Status.forReset(.connectionLost, connectionLost: .unavailable).code == .unavailable)
  }

  @Test(arguments: [
    ("400", Status.Code.internalError), ("401", .unauthenticated), ("403", .permissionDenied),
    ("404", .unimplemented), ("429", .unavailable), ("502", .unavailable), ("503", .unavailable),
    ("504", .unavailable), ("200", .unknown), ("415", .unknown), ("", .unknown),
  ])
  func mapsHTTP(status: String, expected: Status.Code) {
    #expect(Status.forHTTP(status: status).code == expected)
  }
}
