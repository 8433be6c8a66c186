import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HTTP2

@Suite(.serialized, .timeLimit(.minutes(2))) struct TLSIdentityTests {
  private final class Load: Sendable {
    let isDone = Atomic(false)
    let calls = Atomic(0)
  }

  private func current(_ authority: TestAuthority) throws -> TLSIdentity {
    try TLSIdentity(
      certificateChain: authority.file("current.pem"), privateKey: authority.file("current.key"))
  }

  @Test func tellsWhatIsWrong() throws {
    let authority = try TestAuthority()
    try authority.overwrite("empty.pem", with: "")
    let server = authority.server
    let missing = authority.file("missing.pem")
    let empty = authority.file("empty.pem")
    func error(
      _ certificate: TLSMaterial, _ key: TLSMaterial, _ clients: TLSMaterial? = nil
    ) -> TLSIdentityError? {
      do throws(TLSIdentityError) {
        _ = try TLSIdentity(
          certificateChain: certificate, privateKey: key, clientAuthority: clients)
        return nil
      } catch {
        return error
      }
    }
    #expect(error(server.certificate, server.privateKey, authority.authority) == nil)
    for bad in [missing, empty, server.privateKey] {
      #expect(error(bad, server.privateKey) == .invalidCertificate(bad))
      #expect(error(server.certificate, server.privateKey, bad) == .invalidAuthority(bad))
    }
    for bad in [missing, empty, server.certificate] {
      #expect(error(server.certificate, bad) == .invalidPrivateKey(bad))
    }
    let other = authority.client.privateKey
    #expect(
      error(server.certificate, other)
        == .mismatch(certificate: server.certificate, privateKey: other))
  }

  @Test func showsNothingOfAKey() throws {
    let secret = TLSMaterial.pem(Array("secret".utf8))
    let error = TLSIdentityError.invalidPrivateKey(secret)
    var dumped = ""
    dump(error, to: &dumped)
    for text in ["\(error)", "\(secret)", String(reflecting: secret), dumped] {
      #expect(!text.contains("secret") && !text.contains("115"))
    }
  }

  @Test func keepsTheOldFilesWhenTheNewAreBroken() async throws {
    let authority = try TestAuthority()
    try authority.install("server")
    let identity = try current(authority)
    let tls = ClientTLS(authority: authority.authority)
    try await withListener(tls: identity) { _, port, group in
      for broken in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        try authority.overwrite("current.pem", with: broken)
        #expect(throws: TLSIdentityError.invalidCertificate(authority.file("current.pem"))) {
          try identity.reload()
        }
        let client = try await HTTP2ClientConnection.connect(
          host: "127.0.0.1", port: port, group: group, tls: tls)
        #expect(try await client.start().get().error == nil)
        await client.close()
      }
    }
  }

  /// Certificates change while calls run, on connections that stay and on new ones.
  @Test func rotatesWithoutAFailedCall() async throws {
    let rotations = 500
    let authority = try TestAuthority()
    try authority.install("server")
    let identity = try current(authority)
    let tls = ClientTLS(authority: authority.authority)
    let load = Load()
    try await withListener(tls: identity) { _, port, group in
      let standing = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, group: group, tls: tls)
      try await withThrowingTaskGroup { tasks in
        tasks.addTask {
          for rotation in 0..<rotations {
            try authority.install(rotation % 2 == 0 ? "second" : "server")
            try identity.reload()
            await Task.yield()
          }
          load.isDone.store(true, ordering: .relaxed)
        }
        tasks.addTask {
          repeat {
            let client = try await HTTP2ClientConnection.connect(
              host: "127.0.0.1", port: port, group: group, tls: tls)
            for connection in [client, standing] {
              let outcome = try await connection.start(body: ByteBuffer(string: "a")).get()
              #expect(outcome.trailers == ["grpc-status": "0"])
              load.calls.add(1, ordering: .relaxed)
            }
            await client.close()
          } while !load.isDone.load(ordering: .relaxed)
        }
        try await tasks.waitForAll()
      }
      await standing.close()
    }
    #expect(load.calls.load(ordering: .relaxed) >= 2)
  }
}
