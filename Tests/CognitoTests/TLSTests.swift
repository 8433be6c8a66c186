import NIOCore
import NIOPosix
import Provisioning
import Synchronization
import Testing

@testable import Cognito

@Suite struct TLSTests {
  /// One call over TLS to a server with the test's certificate.
  func answer(host: String, authorities: String?) async throws -> DirectoryAnswer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(
      group: group, tls: TestCertificate.serverContext()
    ) { _, _ in [.send(ScriptedServer.created)] }
    let directory = try DirectoryScene.directory(
      url: "https://\(host):\(server.port)", group: group, authoritiesFile: authorities)
    let answer = await directory.create(Fixtures.specification(), deadline: nil)
    await directory.close()
    try await server.stop()
    try await group.shutdownGracefully()
    return answer
  }

  static let unreachable = DirectoryAnswer.failure(
    DirectoryFailure(kind: .unreachable, executed: .no))

  @Test func aTrustedServerIsUsed() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("ca.pem", TestCertificate.certificate)
    let answer = try await answer(host: "localhost", authorities: file)
    #expect(try answer.get().user.username == "alice")
  }

  @Test func anotherNameIsNotTrusted() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("ca.pem", TestCertificate.certificate)
    #expect(try await answer(host: "127.0.0.1", authorities: file) == Self.unreachable)
  }

  @Test func anUnknownAuthorityIsNotTrusted() async throws {
    #expect(try await answer(host: "localhost", authorities: nil) == Self.unreachable)
  }

  @Test func aServerThatDoesNotSpeakTLSIsUnreachable() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(group: group) { _, _ in [] }
    var limits = ConnectionLimits()
    limits.connectTimeout = .milliseconds(60)
    let directory = try DirectoryScene.directory(
      url: "https://127.0.0.1:\(server.port)", group: group, limits: limits)
    let answer = await directory.create(Fixtures.specification(), deadline: nil)
    #expect(answer == Self.unreachable)
    await directory.close()
    try await server.stop()
    try await group.shutdownGracefully()
  }

  @Test func aConnectionThatNobodyWaitsForAnyMoreIsClosedInTime() async throws {
    let serverGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(
      group: serverGroup, tls: TestCertificate.serverContext()
    ) { _, _ in [] }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var limits = ConnectionLimits()
    limits.connectTimeout = .seconds(60)
    limits.acquireTimeout = .milliseconds(20)
    limits.idleTimeout = .milliseconds(20)
    limits.sweepInterval = .milliseconds(10)
    let folder = try TemporaryFolder()
    let directory = try DirectoryScene.directory(
      url: "https://localhost:\(server.port)", group: group, limits: limits,
      authoritiesFile: folder.write("ca.pem", TestCertificate.certificate))
    // The handshake ends after the call has.
    let isReleased = Atomic<Bool>(false)
    serverGroup.next().execute {
      while !isReleased.load(ordering: .acquiring) { usleep(1000) }
    }
    let answer = await directory.create(Fixtures.specification(), deadline: nil)
    #expect(answer == .failure(DirectoryFailure(kind: .timedOut, executed: .no)))
    isReleased.store(true, ordering: .releasing)
    await server.connectionsClosed(1)
    await directory.close()
    try await server.stop()
    try await group.shutdownGracefully()
    try await serverGroup.shutdownGracefully()
  }

  @Test(arguments: ["missing", "empty", "nonsense"])
  func aBadBundleIsSaidAtTheStart(_ kind: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("empty", "")
    try folder.write("nonsense", "-----BEGIN CERTIFICATE-----\nPLANTED\n")
    let error = #expect(throws: CognitoConfigurationError.self) {
      try TrustRoots.context(authoritiesFile: "\(folder.path)/\(kind)")
    }
    #expect(error?.setting == "AWS_CA_BUNDLE")
    #expect(error?.description.contains("PLANTED") == false)
  }
}
