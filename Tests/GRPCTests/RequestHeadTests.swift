import HTTP2
import Testing

@testable import GRPC

@Suite struct RequestHeadTests {
  enum Outcome: Equatable {
    case http(String)
    case status(Status.Code)
    case call(Duration?)
  }

  private func judge(_ change: [(String, String?)]) -> Outcome {
    var headers: HeaderFields = [:]
    let standard = [
      (":method", "POST"), (":scheme", "http"), (":path", "/s/m"), (":authority", "h"),
      ("te", "trailers"), ("content-type", "application/grpc"),
    ]
    for (name, value) in standard where !change.contains(where: { $0.0 == name }) {
      headers.append(name: name, value: value)
    }
    for case (let name, let value?) in change { headers.append(name: name, value: value) }
    switch RequestHead.judge(headers) {
    case .notGRPC(let refusal): return .http(refusal.headers.first(named: ":status") ?? "")
    case .refused(let error): return .status(error.code)
    case .call(let head): return .call(head.timeout)
    }
  }

  @Test(arguments: ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "post", ""])
  func onlyPOST(method: String) {
    #expect(judge([(":method", method)]) == .http("405"))
  }

  @Test(arguments: [
    nil, "", "application/json", "application/grpcfoo", "application/grpc-web", "text/plain",
    "application/grpc-web+proto", "application/grp",
  ])
  func anotherMediaTypeIs415(type: String?) {
    #expect(judge([("content-type", type)]) == .http("415"))
  }

  @Test(arguments: [
    "application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8",
    "application/grpc+proto;x=y", "application/grpc ; x",
  ])
  func mediaTypesOfGRPC(type: String) {
    #expect(judge([("content-type", type)]) == .call(nil))
  }

  @Test(arguments: [
    "application/grpc+json", "application/grpc+foo", "application/grpc+", "application/grpc+proto2",
  ])
  func anotherCodecIsUnimplemented(type: String) {
    #expect(judge([("content-type", type)]) == .status(.unimplemented))
  }

  @Test func withoutTE() {
    #expect(judge([("te", nil)]) == .call(nil))
  }

  @Test func timeouts() {
    #expect(judge([("grpc-timeout", "5S")]) == .call(.seconds(5)))
    #expect(judge([("grpc-timeout", "0S")]) == .status(.deadlineExceeded))
    for bad in ["-1S", "5", "S", "", "100000000S", "1.5S"] {
      #expect(judge([("grpc-timeout", bad)]) == .status(.internalError))
    }
    #expect(judge([("grpc-timeout", "5S"), ("grpc-timeout", "7S")]) == .call(.seconds(5)))
  }

  @Test func encodings() {
    #expect(judge([("grpc-encoding", "identity")]) == .call(nil))
    #expect(judge([("grpc-encoding", "gzip")]) == .call(nil))
    #expect(judge([("grpc-encoding", "br")]) == .status(.unimplemented))
  }

  @Test func binaryMetadata() {
    #expect(judge([("x-bin", "AAEC,AwQF")]) == .call(nil))
    #expect(judge([("x-bin", "AAE=")]) == .call(nil))
    #expect(judge([("x-bin", "****")]) == .status(.internalError))
  }

  @Test func aRefusalHasABodyThatProbesCanSee() {
    for refusal in [HTTPRefusal.methodNotAllowed, .unsupportedMediaType] {
      #expect(refusal.text.utf8.count >= 5)
    }
  }
}
