import HTTP2
import Testing

@testable import GRPC

/// The obligations of the protocol as a peer sees them that writes headers and bytes itself.
@Suite(.timeLimit(.minutes(2))) struct WireTests {
  private func exchange(
    _ headers: HeaderFields, pieces: [[UInt8]] = [], ends: Bool = true,
    router: RPCRouter = .echoing
  ) async throws -> RawAnswer {
    try await withServer(router) { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(headers, pieces: pieces, ends: ends)
      // Whatever happened to the stream, the connection lives.
      let next = await connection.exchange(requestHeaders(), pieces: [framed([7])])
      #expect(router.methods.contains(.echo) ? next.body == framed([7]) : true)
      await connection.close()
      return answer
    }
  }

  @Test func successIsHeadersDataTrailers() async throws {
    let answer = try await exchange(requestHeaders(), pieces: [framed([1, 2])])
    #expect(answer.sections.count == 2)
    #expect(answer.sections[0].first(named: ":status") == "200")
    #expect(answer.sections[0].first(named: "content-type") == "application/grpc")
    #expect(!answer.sections[0].contains(named: "grpc-status"))
    #expect(answer.body == framed([1, 2]))
    #expect(answer.sections[1] == ["grpc-status": "0"])
    #expect(answer.error == nil)
  }

  @Test(arguments: ["/test.Echo/Nope", "/nope.Echo/Echo", "/x", "/", "//", "/test.Echo/Echo/"])
  func anUnknownPathIsTrailersOnlyUnimplemented(path: String) async throws {
    let answer = try await exchange(requestHeaders(path), pieces: [framed([])])
    #expect(answer.isTrailersOnly)
    #expect(answer.code == .unimplemented)
    #expect(answer.trailers.first(named: "content-type") == "application/grpc")
  }

  @Test(arguments: ["GET", "PUT", "DELETE"])
  func anotherMethodIs405WithText(method: String) async throws {
    let answer = try await exchange(requestHeaders("/", [(":method", method)]))
    #expect(answer.sections.first?.first(named: ":status") == "405")
    #expect(answer.sections.first?.first(named: "allow") == "POST")
    #expect(answer.body.count >= 5)
  }

  @Test func anAnswerToHEADHasNoBody() async throws {
    let answer = try await exchange(requestHeaders("/", [(":method", "HEAD")]))
    #expect(answer.sections.first?.first(named: ":status") == "405")
    #expect(answer.body.isEmpty)
  }

  @Test(arguments: ["application/json", "application/grpcfoo", nil], [true, false])
  func anotherContentTypeIs415WithText(type: String?, ends: Bool) async throws {
    let answer = try await exchange(
      requestHeaders("/", [("content-type", type)]), pieces: [[1, 2, 3]], ends: ends)
    #expect(answer.sections.first?.first(named: ":status") == "415")
    #expect(answer.body.count >= 5)
    #expect(answer.error == nil)
  }

  @Test(
    arguments: [
      [("te", nil)], [("content-type", "application/grpc+proto")],
      [("content-type", "application/grpc;charset=utf-8")], [("grpc-encoding", "identity")],
      [("user-agent", "")], [("grpc-timeout", "99999999H")], [("grpc-accept-encoding", "gzip")],
      [("grpc-encoding", "gzip")],
      [(":authority", nil), ("host", "localhost")], [("x-text", "grüße")],
      [("grpc-timeout", "5S"), ("grpc-timeout", "6S")],
    ] as [[(String, String?)]])
  func acceptable(change: [(String, String?)]) async throws {
    let answer = try await exchange(
      requestHeaders("/test.Echo/Echo", change), pieces: [framed([1])])
    #expect(answer.code == .ok)
    #expect(answer.body == framed([1]))
  }

  @Test(
    arguments: [
      ("content-type", "application/grpc+json", .unimplemented),
      ("grpc-timeout", "-1S", .internalError), ("grpc-timeout", "", .internalError),
      ("grpc-timeout", "100000000S", .internalError), ("x-bin", "*", .internalError),
      ("grpc-encoding", "deflate", .unimplemented), ("grpc-encoding", "zstd", .unimplemented),
    ] as [(String, String, Status.Code)])
  func refused(name: String, value: String, code: Status.Code) async throws {
    for ends in [true, false] {
      let answer = try await exchange(
        requestHeaders("/test.Echo/Echo", [(name, value)]), pieces: [framed([1])], ends: ends)
      #expect(answer.isTrailersOnly)
      #expect(answer.code == code)
      #expect(answer.trailers.first(named: "grpc-accept-encoding") == "identity,gzip")
      #expect(answer.error == nil)
    }
  }

  @Test func anyCutOfTheBodyIsTheSameCall() async throws {
    try await withServer { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let bytes = framed([1, 2, 3])
      for cut in 0...bytes.count {
        let pieces = [Array(bytes[..<cut]), [], Array(bytes[cut...])]
        let answer = await connection.exchange(requestHeaders(), pieces: pieces)
        #expect(answer.body == bytes)
      }
      let answer = await connection.exchange(requestHeaders(), pieces: bytes.map { [$0] })
      #expect(answer.body == bytes)
      await connection.close()
    }
  }

  @Test func everyTruncationIsAnErrorAndReachesNoHandler() async throws {
    let router = RPCRouter.serving(.echo) { request, _ in
      #expect(request.message == Echo([7]))
      return ServerResponse(message: request.message)
    }
    for count in 1..<8 {
      let bytes = Array(framed([1, 2, 3]).prefix(count))
      let answer = try await exchange(requestHeaders(), pieces: [bytes], router: router)
      #expect(answer.code == .internalError)
      #expect(answer.isTrailersOnly)
    }
  }

  @Test func oneMessageIsNeeded() async throws {
    let onHeaders = try await exchange(requestHeaders())
    #expect(onHeaders.code == .unimplemented)
    let onData = try await exchange(requestHeaders(), pieces: [[]])
    #expect(onData.code == .unimplemented)
    for ends in [true, false] {
      let two = try await exchange(
        requestHeaders(), pieces: [framed([1]) + framed([2])], ends: ends)
      #expect(two.code == .unimplemented)
      #expect(two.isTrailersOnly)
    }
  }

  @Test(
    arguments: [
      ([1, 0, 0, 0, 0], .internalError), ([2, 0, 0, 0, 0], .internalError),
      ([0x80], .internalError), ([0x34, 1, 2, 3], .internalError),
      ([0, 0, 0x40, 0, 1], .resourceExhausted), ([0, 0xFF, 0xFF, 0xFF, 0xFF], .resourceExhausted),
      (framed([0xFF]) + [0], .internalError),
    ] as [([UInt8], Status.Code)])
  func badBytesAreAnsweredAtOnce(bytes: [UInt8], code: Status.Code) async throws {
    let endless = bytes.count != 7
    let answer = try await exchange(requestHeaders(), pieces: [bytes], ends: !endless)
    #expect(answer.code == code)
    #expect(answer.isTrailersOnly)
    #expect(answer.error == nil)
  }

  @Test func tooMuchMetadataIsResourceExhausted() async throws {
    let value = String(repeating: "v", count: 1000)
    let headers = requestHeaders(
      "/test.Echo/Echo", (0..<17).map { ("x-\($0)", value) })
    let answer = try await exchange(headers, pieces: [framed([1])])
    #expect(answer.code == .resourceExhausted)
  }

  @Test func trailersOfTheRequestAreItsEnd() async throws {
    try await withServer { _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(
        requestHeaders(), pieces: [framed([1])], trailers: ["x-end": "1"])
      #expect(answer.code == .ok)
      #expect(answer.body == framed([1]))
      await connection.close()
    }
  }

  @Test(arguments: ["*", "noslash", ""])
  func aPathThatHTTPForbidsEndsTheStreamAlone(path: String) async throws {
    let answer = try await exchange(requestHeaders(path), pieces: [framed([])])
    #expect(answer.error == .protocolError || answer.code == .unimplemented)
  }

  @Test func aHandlerCannotForgeProtocolFields() async throws {
    var forged: Metadata = [
      ":status": "500", "grpc-status": "5", "grpc-message": "no", "content-type": "text/html",
      "te": "gzip", "connection": "close", "x-split": "a\r\nb", "a b": "c", "kept": " v ",
    ]
    forged.addBinary([1], forKey: "kept-bin")
    let router = RPCRouter.serving(.echo) { [forged] request, _ in
      ServerResponse(message: request.message, metadata: forged, trailingMetadata: forged)
    }
    let answer = try await exchange(requestHeaders(), pieces: [framed([7])], router: router)
    #expect(
      answer.sections == [
        [":status": "200", "content-type": "application/grpc", "kept": "v", "kept-bin": "AQ"],
        ["grpc-status": "0", "kept": "v", "kept-bin": "AQ"],
      ])
  }
}
