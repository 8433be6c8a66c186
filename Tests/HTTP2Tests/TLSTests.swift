import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import HTTP2

@Suite(.serialized, .timeLimit(.minutes(2))) struct TLSTests {
  private static let authority = Result { try TestAuthority() }

  private var authority: TestAuthority {
    get throws { try Self.authority.get() }
  }

  private func identity(asksForClients: Bool = false) throws -> TLSIdentity {
    let authority = try authority
    return try TLSIdentity(
      certificateChain: authority.server.certificate, privateKey: authority.server.privateKey,
      clientAuthority: asksForClients ? authority.authority : nil)
  }

  private func clientTLS(_ identity: TestAuthority.Identity? = nil) throws -> ClientTLS {
    ClientTLS(
      authority: try authority.authority, certificateChain: identity?.certificate,
      privateKey: identity?.privateKey)
  }

  /// A client's configuration with everything that a test wants to be different.
  private func rawConfiguration(
    version: TLSVersion = .tlsv13, protocols: [String] = ["h2"], ciphers: [NIOTLSCipher]? = nil
  ) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try authority.authority.certificates())
    configuration.minimumTLSVersion = version
    configuration.maximumTLSVersion = version
    configuration.applicationProtocols = protocols
    if let ciphers { configuration.cipherSuiteValues = ciphers }
    return configuration
  }

  /// Whether a server speaks HTTP/2 with a client like this: its SETTINGS come.
  private func speaks(_ configuration: TLSConfiguration) async throws -> Bool {
    let tls = try identity()
    var speaks = false
    try await withListener(tls: tls) { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group, tls: configuration)
      peer.send(Frames.preface + Frames.settings())
      speaks = await peer.until { $0.type == 4 } != nil
      await peer.close()
    }
    return speaks
  }

  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func speaksTheVersionsOfToday(_ version: TLSVersion) async throws {
    #expect(try await speaks(rawConfiguration(version: version)))
  }

  @Test(arguments: [TLSVersion.tlsv1, .tlsv11])
  func refusesOldVersions(_ version: TLSVersion) async throws {
    #expect(try await !speaks(rawConfiguration(version: version)))
  }

  @Test(arguments: [[], ["http/1.1"], ["h2c"], ["spdy/3", "http/1.1"]])
  func closesWithoutAgreementOnHTTP2(_ protocols: [String]) async throws {
    #expect(try await !speaks(rawConfiguration(protocols: protocols)))
  }

  @Test func choosesHTTP2AmongOthers() async throws {
    #expect(try await speaks(rawConfiguration(protocols: ["http/1.1", "h2"])))
  }

  /// RFC 9113 §9.2.2: no cipher of Appendix A.
  @Test(arguments: [
    NIOTLSCipher.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, .TLS_RSA_WITH_AES_128_GCM_SHA256,
  ])
  func refusesProhibitedCiphers(_ cipher: NIOTLSCipher) async throws {
    #expect(try await !speaks(rawConfiguration(version: .tlsv12, ciphers: [cipher])))
  }

  @Test func answersCalls() async throws {
    let tls = try identity()
    let clientTLS = try clientTLS()
    try await withListener(tls: tls) { _, port, group in
      for host in ["127.0.0.1", "localhost"] {
        let client = try await HTTP2ClientConnection.connect(
          host: host, port: port, group: group, tls: clientTLS)
        let body = ByteBuffer(repeating: 7, count: 300_000)
        let outcome = try await client.start(body: body).get()
        #expect(outcome.body == body)
        #expect(outcome.trailers == ["grpc-status": "0"])
        await client.close()
      }
    }
  }

  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func answersAPeerThatSaysNoMore(_ version: TLSVersion) async throws {
    try await expectAnswerToAPeerThatSaysNoMore(
      tls: identity(), client: rawConfiguration(version: version)
    ) { peer in
      try await peer.channel.close(mode: .output).get()
    }
  }

  /// TCP ends, and TLS has not said so.
  @Test func answersAPeerThatEndsWithoutAWord() async throws {
    try await expectAnswerToAPeerThatSaysNoMore(tls: identity(), client: rawConfiguration()) {
      peer in
      let channel = peer.channel
      try await channel.eventLoop.submit {
        let closed = channel.eventLoop.makePromise(of: Void.self)
        try channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self)
          .close(mode: .output, promise: closed)
        return closed.futureResult
      }.get().get()
    }
  }

  @Test func doesNotTrustAStrangeServer() async throws {
    let authority = try authority
    let tls = try TLSIdentity(
      certificateChain: authority.namedServer.certificate,
      privateKey: authority.namedServer.privateKey)
    try await withListener(tls: tls) { _, port, group in
      func connect(_ host: String, _ clientTLS: ClientTLS) async throws {
        let client = try await HTTP2ClientConnection.connect(
          host: host, port: port, group: group, tls: clientTLS)
        await client.close()
      }
      let good = ClientTLS(authority: authority.authority)
      try await connect("localhost", good)
      let strange = ClientTLS(authority: authority.otherAuthority)
      let misnamed = ClientTLS(authority: authority.authority, serverName: "other.example")
      for (host, bad) in [("localhost", strange), ("localhost", misnamed), ("127.0.0.1", good)] {
        await #expect(throws: (any Error).self) { try await connect(host, bad) }
      }
    }
  }

  @Test func refusesClearText() async throws {
    let tls = try identity()
    try await withListener(tls: tls) { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      peer.send(Frames.preface + Frames.settings())
      let frames = await peer.untilClosed()
      #expect(!frames.contains { $0.type == 4 })
    }
  }

  @Test func waitsForAHandshakeOnlySoLong() async throws {
    let tls = try identity()
    var limits = HTTP2Limits()
    limits.patience.handshake = .milliseconds(100)
    try await withListener(limits: limits, tls: tls) { _, port, group in
      let peer = try await RawPeer.connect(port: port, group: group)
      #expect(await peer.untilClosed().isEmpty)
    }
  }

  // MARK: Client certificates

  @Test func handsOverTheClientsCertificate() async throws {
    let authority = try authority
    let tls = try identity(asksForClients: true)
    let clientTLS = try clientTLS(authority.client)
    let expected = try authority.client.certificate.certificates().map { try $0.toDERBytes() }
    let shown = AsyncStream.makeStream(of: [[UInt8]].self)
    try await withListener(
      tls: tls,
      makeDelegate: { stream in
        shown.continuation.yield(stream.connection.peerCertificates)
        return EchoService()
      }
    ) { _, port, group in
      // The second connection may resume the session of the first.
      for _ in 0..<2 {
        let client = try await HTTP2ClientConnection.connect(
          host: "127.0.0.1", port: port, group: group, tls: clientTLS)
        #expect(try await client.start().get().error == nil)
        await client.close()
      }
    }
    shown.continuation.finish()
    var all: [[[UInt8]]] = []
    for await certificates in shown.stream { all.append(certificates) }
    #expect(all == [expected, expected])
  }

  enum BadClient: CaseIterable {
    case none, strange, expired
  }

  @Test(arguments: BadClient.allCases)
  func refusesClientsWithoutAGoodCertificate(_ kind: BadClient) async throws {
    let authority = try authority
    let shown: TestAuthority.Identity? =
      switch kind {
      case .none: nil
      case .strange: authority.strangeClient
      case .expired: authority.expiredClient
      }
    let tls = try identity(asksForClients: true)
    let clientTLS = try clientTLS(shown)
    try await withListener(tls: tls) { _, port, group in
      // In TLS 1.3 the client learns of it after its own handshake.
      do {
        let client = try await HTTP2ClientConnection.connect(
          host: "127.0.0.1", port: port, group: group, tls: clientTLS)
        #expect(try await client.start().get().headers == nil)
        await client.close()
      } catch is NIOSSLError {
      } catch let error as ChannelError {
        #expect(error == .eof)
      }
    }
  }

  @Test func knowsTheEndOfACertificate() throws {
    let expired = try #require(try authority.expiredClient.certificate.certificates().first)
    let valid = try #require(try authority.client.certificate.certificates().first)
    #expect(!expired.isUnexpired(at: .now))
    #expect(valid.isUnexpired(at: .now))
    let threeDays = CalendarSecond(secondsSince1970: CalendarSecond.now.secondsSince1970 + 259_200)
    #expect(!valid.isUnexpired(at: threeDays))
  }
}
