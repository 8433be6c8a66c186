import Testing

@testable import GRPC

private struct Secretive: Error, CustomStringConvertible {
  let description = "password=hunter2"
}

private struct Convertible: RPCErrorConvertible {
  let rpcError = RPCError(code: .alreadyExists, message: "The user exists.")
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

  @Test func detailsAreMetadata() {
    let error = RPCError(code: .notFound, message: "", details: [0, 255, 1])
    #expect(error.details == [0, 255, 1])
    #expect(error.metadata.firstString(forKey: "grpc-status-details-bin") == "AP8B")
    #expect(RPCError(code: .notFound, message: "").details == nil)
  }

  @Test func otherDetailsLeaveTheOtherTrailersAlone() {
    let error = RPCError(
      code: .notFound, message: "no", metadata: ["x-a": "1", "x-b-bin": "AP8B"], details: [1])
    let changed = RPCError(error, details: [2, 3])
    #expect((changed.code, changed.message) == (.notFound, "no"))
    #expect(changed.metadata.firstString(forKey: "x-a") == "1")
    #expect(changed.metadata[binaryValues: "x-b-bin"] == [[0, 255, 1]])
    #expect(changed.metadata[binaryValues: "grpc-status-details-bin"] == [[2, 3]])
  }
}
