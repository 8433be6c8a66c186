import NIOCore
import NIOPosix
import Provisioning
import Testing

@testable import Cognito

@Suite struct HostileUpstreamTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [ScriptedServer.Step]
    var kind: DirectoryFailure.Kind
    var executed = Executed.unknown

    /// Only silence is waited for.
    var limits: ConnectionLimits {
      kind == .timedOut ? DirectoryScene.impatient : ConnectionLimits()
    }
  }

  static let cases: [Case] = [
    Case(testDescription: "silence", steps: [], kind: .timedOut),
    Case(testDescription: "closed before a byte", steps: [.close], kind: .connectionLost),
    Case(testDescription: "finished before a byte", steps: [.finish], kind: .connectionLost),
    Case(
      testDescription: "half a head", steps: [.send("HTTP/1.1 200 O"), .close],
      kind: .connectionLost),
    Case(
      testDescription: "half a head, then silence", steps: [.send("HTTP/1.1 200 OK\r\nDate:")],
      kind: .timedOut),
    Case(
      testDescription: "half a body",
      steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"User\""), .close],
      kind: .connectionLost),
    Case(
      testDescription: "half a body, then silence",
      steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"User\"")], kind: .timedOut),
    Case(
      testDescription: "half a chunk",
      steps: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"), .close],
      kind: .connectionLost),
    Case(
      testDescription: "no HTTP", steps: [.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")],
      kind: .answerMalformed),
    Case(
      testDescription: "bytes", steps: [.sendBytes([0, 1, 2, 0xFF, 0x0D, 0x0A, 0x0D, 0x0A])],
      kind: .answerMalformed),
    Case(
      testDescription: "two lengths",
      steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")],
      kind: .answerMalformed),
    Case(
      testDescription: "length too small",
      steps: [
        .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"User\":{\"Username\":\"alice\"}}")
      ], kind: .answerMalformed),
    Case(
      testDescription: "a success of HTML",
      steps: [.send(ScriptedServer.answer(body: "<html>log in</html>"))], kind: .answerMalformed),
    Case(
      testDescription: "a success of nothing", steps: [.send(ScriptedServer.answer(body: ""))],
      kind: .answerMalformed),
    Case(
      testDescription: "a success without a user",
      steps: [.send(ScriptedServer.answer(body: "{}"))], kind: .answerMalformed),
    Case(
      testDescription: "truncated JSON",
      steps: [.send(ScriptedServer.answer(body: "{\"User\":{\"Username\":\"al"))],
      kind: .answerMalformed),
    Case(
      testDescription: "ten mebibytes",
      steps: [
        .send("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n"),
        .sendBytes([UInt8](repeating: 0x20, count: 10 << 20)),
      ], kind: .answerMalformed),
    Case(
      testDescription: "an endless body",
      steps: [
        .send("HTTP/1.1 200 OK\r\n\r\n"), .sendBytes([UInt8](repeating: 0x20, count: 2 << 20)),
      ],
      kind: .answerMalformed),
    Case(
      testDescription: "an endless head",
      steps: [.send("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 40_000))],
      kind: .answerMalformed),
    Case(
      testDescription: "endless headers",
      steps: [
        .send(
          "HTTP/1.1 200 OK\r\n"
            + String(repeating: "X: " + String(repeating: "a", count: 90) + "\r\n", count: 1000))
      ], kind: .answerMalformed),
    Case(
      testDescription: "HTML 502",
      steps: [.send(ScriptedServer.answer("502 Bad Gateway", body: "<html></html>"))],
      kind: .unavailable),
    Case(
      testDescription: "empty 503",
      steps: [.send(ScriptedServer.answer("503 Service Unavailable", body: ""))],
      kind: .unavailable),
    Case(
      testDescription: "an error of ten mebibytes, typed by its header",
      steps: [
        .send(
          "HTTP/1.1 400 Bad\r\nx-amzn-errortype: UsernameExistsException:\r\n"
            + "Content-Length: 10485760\r\n\r\n"),
        .sendBytes([UInt8](repeating: 0x20, count: 10 << 20)),
      ], kind: .usernameExists, executed: .yes),
    Case(
      testDescription: "half an error, typed by its header",
      steps: [
        .send(
          "HTTP/1.1 400 Bad\r\nx-amzn-errortype: InvalidPasswordException\r\n"
            + "Content-Length: 100\r\n\r\n{"), .close,
      ], kind: .invalidPassword, executed: .no),
    Case(
      testDescription: "moto's XML",
      steps: [
        .send(
          ScriptedServer.answer(
            "403 Forbidden",
            body: "<ErrorResponse><Errors><Error><Code>AccessDenied</Code></Error></Errors>"))
      ], kind: .accessDenied, executed: .no),
  ]

  @Test(arguments: cases)
  func everyOneHasAMeaning(_ example: Case) async throws {
    let failure = try await DirectoryScene.failure(
      limits: example.limits, example.steps)
    #expect(failure?.kind == example.kind)
    #expect(failure?.executed == example.executed)
  }

  @Test(arguments: cases)
  func theNextCallIsNotHarmed(_ example: Case) async throws {
    let second = try await DirectoryScene.with(
      limits: example.limits,
      script: { _, number in number == 1 ? example.steps : [.send(ScriptedServer.created)] }
    ) { scene in
      _ = await scene.create()
      return await scene.create()
    }
    #expect((try? second.get()) != nil)
  }

  @Test func anAnswerInSmallPiecesIsRead() async throws {
    let bytes = Array(ScriptedServer.created.utf8)
    let steps = bytes.map { ScriptedServer.Step.sendBytes([$0]) }
    let answer = try await DirectoryScene.with(script: { _, _ in steps }) { await $0.create() }
    #expect((try? answer.get()) != nil)
  }

  @Test func aChunkedAnswerIsRead() async throws {
    let body = #"{"User":{"Username":"alice"}}"#
    let text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      + body.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
    let answer = try await DirectoryScene.with(script: { _, _ in [.send(text)] }) {
      await $0.create()
    }
    #expect((try? answer.get()) != nil)
  }

  @Test func anInterimAnswerIsPassedOver() async throws {
    let text = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ScriptedServer.created
    let answer = try await DirectoryScene.with(script: { _, _ in [.send(text)] }) {
      await $0.create()
    }
    #expect((try? answer.get()) != nil)
  }

  @Test func aRefusedConnectionIsUnreachable() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(group: group) { _, _ in [] }
    let port = server.port
    try await server.stop()
    let directory = try DirectoryScene.directory(url: "http://127.0.0.1:\(port)", group: group)
    let answers = await withTaskGroup(of: DirectoryAnswer.self) { tasks in
      for _ in 0..<20 {
        tasks.addTask { await directory.create(Fixtures.specification(), deadline: nil) }
      }
      return await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(
      answers.allSatisfy {
        $0 == .failure(DirectoryFailure(kind: .unreachable, executed: .no))
      })
    try await group.shutdownGracefully()
  }
}
