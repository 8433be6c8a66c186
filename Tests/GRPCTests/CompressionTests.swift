import HTTP2
import NIOCore
import Testing

@testable import GRPC

/// Compressed messages on the wire, both ways.
@Suite(.timeLimit(.minutes(2))) struct CompressionTests {
  private let gzip: [(String, String?)] = [("grpc-encoding", "gzip")]
  private let acceptsGzip: [(String, String?)] = [
    ("grpc-accept-encoding", "identity, deflate, gzip")
  ]

  private func exchange(
    _ method: MethodDescriptor, _ fields: [(String, String?)] = [], _ body: [UInt8],
    router: RPCRouter = .streaming(), compressesResponses: Bool = false,
    limits: GRPCLimits = GRPCLimits(), ends: Bool = true
  ) async throws -> RawAnswer {
    try await withServer(router, limits: limits, compressesResponses: compressesResponses) {
      _, port in
      let connection = try await HTTP2ClientConnection.connect(port: port)
      let answer = await connection.exchange(
        requestHeaders(method.path, fields), pieces: [body], ends: ends)
      await connection.close()
      return answer
    }
  }

  @Test func aCompressedMessageIsReadByEveryKind() async throws {
    let message = framed(try compressed([5, 6]), flag: 1)
    #expect(try await exchange(.echo, gzip, message).body == framed([5, 6]))
    #expect(try await exchange(.count, gzip, message).body == framed([5]) + framed([6]))
    #expect(try await exchange(.chat, gzip, message).body == framed([5, 6]))
    #expect(try await exchange(.total, gzip, message).body == framed(Array("1 2".utf8)))
  }

  @Test func eachMessageHasItsOwnFlagAndContext() async throws {
    let message = framed(try compressed([5, 6]), flag: 1)
    let mixed = framed([7]) + message + framed([]) + message
    let answer = try await exchange(.chat, gzip, mixed)
    #expect(answer.body == framed([7]) + framed([5, 6]) + framed([]) + framed([5, 6]))
    #expect(try await exchange(.echo, gzip, framed([7])).body == framed([7]))
  }

  @Test(arguments: [nil, "identity"], [MethodDescriptor.echo, .count, .chat, .total])
  func aFlagWithoutAnEncodingIsInternalAtOnce(
    encoding: String?, method: MethodDescriptor
  ) async throws {
    let answer = try await exchange(
      method, [("grpc-encoding", encoding)], framed(try compressed([5]), flag: 1), ends: false)
    #expect(answer.code == .internalError)
    #expect(answer.isTrailersOnly)
  }

  @Test(arguments: [MethodDescriptor.echo, .count, .chat, .total])
  func brokenGzipIsInternal(method: MethodDescriptor) async throws {
    let whole = try compressed([5, 6, 7])
    var wrongChecksum = whole
    wrongChecksum[whole.count - 8] ^= 1
    for broken in [Array(whole.dropLast()), whole + [0], wrongChecksum, [1, 2, 3], []] {
      let answer = try await exchange(method, gzip, framed(broken, flag: 1))
      #expect(answer.code == .internalError)
      #expect(answer.isTrailersOnly)
    }
  }

  @Test(arguments: [MethodDescriptor.echo, .count, .chat, .total])
  func theLimitHoldsForTheInflatedMessage(method: MethodDescriptor) async throws {
    var limits = GRPCLimits()
    limits.maximumReceiveMessageLength = 1000
    for (count, code) in [(1000, Status.Code.ok), (1001, .resourceExhausted)] {
      let message = framed(try compressed(Array(repeating: 3, count: count)), flag: 1)
      let answer = try await exchange(method, gzip, message, limits: limits)
      #expect(answer.code == code)
    }
  }

  @Test func anUnknownEncodingIsUnimplementedAndToldWhatIsKnown() async throws {
    let answer = try await exchange(.echo, [("grpc-encoding", "br")], framed([1], flag: 1))
    #expect(answer.code == .unimplemented)
    #expect(answer.trailers.first(named: "grpc-accept-encoding") == "identity,gzip")
  }

  @Test func responsesAreCompressedOnlyForCallersThatAcceptIt() async throws {
    for accepted in [nil, "identity", "deflate", "gzipped"] {
      let answer = try await exchange(
        .echo, [("grpc-accept-encoding", accepted)], framed([5]), compressesResponses: true)
      #expect(answer.body == framed([5]))
      #expect(!answer.sections[0].contains(named: "grpc-encoding"))
    }
    for method in [MethodDescriptor.echo, .count, .chat] {
      let answer = try await exchange(
        method, acceptsGzip, framed([5]), compressesResponses: true)
      #expect(answer.sections[0].first(named: "grpc-encoding") == "gzip")
      #expect(answer.body == framed(try compressed([5]), flag: 1))
      let plain = try await exchange(method, acceptsGzip, framed([5]))
      #expect(plain.body == framed([5]))
      #expect(!plain.sections[0].contains(named: "grpc-encoding"))
    }
  }

  @Test(arguments: [true, false])
  func aHandlerChoosesForEachMessage(byDefault: Bool) async throws {
    var router = RPCRouter.serving(.echo) { request, _ in
      ServerResponse(
        message: Echo([request.wasCompressed ? 1 : 0]), compressed: request.message == Echo([1]))
    }
    router.registerBidirectionalStreaming(.chat) {
      (requests: RPCMessages<Echo>, _: ServerContext, writer: RPCWriter<Echo>) in
      try await writer.send(metadata: Metadata(), compressed: true)
      var iterator = requests.makeAsyncIterator()
      while let request = try await iterator.next() {
        try await writer.write(
          Echo([iterator.wasCompressed ? 1 : 0]), compressed: request == Echo([1]))
      }
      return Metadata()
    }
    let plain = framed([0])
    let packed = framed(try compressed([0]), flag: 1)
    let one = framed(try compressed([1]), flag: 1)
    let fields = gzip + acceptsGzip
    for (request, response) in [(framed([1]), packed), (framed([0]), plain), (packed, framed([1]))]
    {
      let answer = try await exchange(
        .echo, fields, request, router: router, compressesResponses: byDefault)
      #expect(answer.body == response)
      #expect(answer.sections[0].contains(named: "grpc-encoding") == (response == packed))
    }
    let answer = try await exchange(
      .chat, fields, plain + framed([1]) + one + packed, router: router,
      compressesResponses: byDefault)
    #expect(answer.body == plain + packed + one + framed([1]))
  }

  @Test func ourClientReadsCompressedResponses() async throws {
    try await withServer(.streaming(), compressesResponses: true) { _, port in
      try await withClient(port: port) { client in
        let message = Echo(Array(repeating: 4, count: 5000))
        let response: ClientResponse<Echo> = try await client.unary(message, method: .echo)
        #expect(response.message == message)
        #expect(response.metadata.firstString(forKey: "grpc-encoding") == "gzip")
      }
    }
  }
}
