import HTTP2
import Synchronization
import Testing

@testable import GRPC

private struct Secretive: Error, CustomStringConvertible {
  let description = "password=hunter2"
}

private struct Convertible: RPCErrorConvertible {
  let rpcError = RPCError(code: .alreadyExists, message: "The user exists.")
}

private final class CountedDetails: StatusDetails {
  let count = Mutex(0)

  func serializedStatus() -> [UInt8] {
    count.withLock { $0 += 1 }
    return [1]
  }
}

@Suite struct RPCErrorTests {
  @Test func anErrorOfACallStaysItself() {
    let error = RPCError(code: .aborted, message: "again", metadata: ["x-a": "1"])
    #expect(RPCError(error, otherwise: .unknown, message: "?") == error)
  }

  @Test func aConvertibleErrorConvertsItself() {
    let error = RPCError(Convertible(), otherwise: .unknown, message: "?")
    #expect(error.code == .alreadyExists)
  }

  @Test func ofAnyOtherErrorNoTextIsTold() {
    let error = RPCError(Secretive(), otherwise: .internalError, message: "failed")
    #expect(error == RPCError(code: .internalError, message: "failed"))
  }

  @Test func cancellationIsCancelled() {
    #expect(RPCError(CancellationError(), otherwise: .unknown, message: "?").code == .cancelled)
  }

  @Test func okIsNoFailure() {
    #expect(RPCError(code: .ok, message: "fine").status.code == .unknown)
  }

  @Test func detailsAreOneOfTheTrailers() {
    let plain = RPCError(code: .notFound, message: "", metadata: ["x-a": "1"])
    #expect(plain.trailers == plain.metadata)
    let error = RPCError(
      code: .notFound, message: "", metadata: ["x-a": "1"], details: [0, 255, 1] as [UInt8])
    #expect(error.trailers == ["x-a": "1", "grpc-status-details-bin": "AP8B"])
    #expect(error != plain)
  }

  /// Encoding takes longer than all else that a refusal needs.
  @Test func detailsAreEncodedWhenTheyAreSentAndOnce() {
    let details = CountedDetails()
    let error = RPCError(code: .notFound, message: "", details: details)
    #expect(RPCError(error, otherwise: .unknown, message: "?").code == .notFound)
    #expect(details.count.withLock(\.self) == 0)
    let section = ResponseFields.trailersOnly(error)
    #expect(section.first(named: "grpc-status-details-bin") == "AQ")
    #expect(details.count.withLock(\.self) == 1)
  }
}
