import NIOCore
import NIOPosix
import Provisioning
import Synchronization
import Testing

@testable import Cognito

@Suite struct ConnectionPoolTests {
  static let created = ScriptedServer.created

  @Test func aConnectionIsUsedAgain() async throws {
    let requests = try await DirectoryScene.with(script: { _, _ in [.send(Self.created)] }) {
      scene in
      for _ in 0..<5 { #expect((try? await scene.create().get()) != nil) }
      return scene.server.requests
    }
    #expect(requests.map(\.connection) == [1, 1, 1, 1, 1])
  }

  @Test(arguments: [
    ScriptedServer.answer(
      headers: ["Connection: close"], body: #"{"User":{"Username":"alice"}}"#),
    "HTTP/1.0 200 OK\r\nContent-Length: 29\r\n\r\n" + #"{"User":{"Username":"alice"}}"#,
  ])
  func aConnectionThatShallEndIsNotUsedAgain(_ answer: String) async throws {
    let requests = try await DirectoryScene.with(script: { _, _ in [.send(answer)] }) { scene in
      for _ in 0..<3 { #expect((try? await scene.create().get()) != nil) }
      return scene.server.requests
    }
    #expect(requests.map(\.connection) == [1, 2, 3])
  }

  @Test func aConnectionThatTheServerClosedWhileIdleIsNotUsed() async throws {
    let requests = try await DirectoryScene.with(
      script: { _, _ in [.send(Self.created), .finish] }
    ) { scene in
      for count in 1...3 {
        #expect((try? await scene.create().get()) != nil)
        await scene.server.connectionsClosed(count)
      }
      return scene.server.requests
    }
    #expect(requests.map(\.connection) == [1, 2, 3])
  }

  @Test func anIdleConnectionIsClosedInTime() async throws {
    var limits = DirectoryScene.impatient
    limits.responseTimeout = .seconds(20)
    limits.idleTimeout = .milliseconds(30)
    try await DirectoryScene.with(limits: limits, script: { _, _ in [.send(Self.created)] }) {
      scene in
      #expect((try? await scene.create().get()) != nil)
      await scene.server.connectionsClosed(1)
    }
  }

  @Test func callsBeyondTheLimitWaitTheirTurn() async throws {
    var limits = ConnectionLimits()
    limits.maximumConnections = 2
    let (answers, server) = try await DirectoryScene.with(
      limits: limits, script: { _, _ in [.send(Self.created)] }
    ) { scene in
      let answers = await withTaskGroup(of: DirectoryAnswer.self) { group in
        for number in 0..<100 {
          group.addTask { await scene.create(Fixtures.specification(username: "u\(number)")) }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      return (answers, scene.server)
    }
    #expect(answers.count == 100)
    #expect(answers.allSatisfy { (try? $0.get()) != nil })
    #expect(server.connectionCount <= 2)
    #expect(Set(server.requests.map(\.text)).count == 100)
  }

  @Test func aCallThatWaitsTooLongIsNotSent() async throws {
    var limits = DirectoryScene.impatient
    limits.maximumConnections = 1
    limits.responseTimeout = .seconds(8)
    let script: ScriptedServer.Script = { _, number in number == 1 ? [.send(Self.created)] : [] }
    let (answers, count) = try await DirectoryScene.with(limits: limits, script: script) { scene in
      _ = await scene.create()
      async let first = scene.create()
      await scene.server.requestsReceived(2)
      let second = await scene.create(within: .milliseconds(20))
      return ([await first, second], scene.server.requests.count)
    }
    #expect(
      answers == [
        .failure(DirectoryFailure(kind: .timedOut, executed: .unknown)),
        .failure(DirectoryFailure(kind: .timedOut, executed: .no)),
      ])
    #expect(count == 2)
  }

  @Test func theQueueIsBounded() async throws {
    var limits = ConnectionLimits()
    limits.maximumWaiters = 0
    let answer = try await DirectoryScene.with(limits: limits, script: { _, _ in [] }) {
      await $0.create()
    }
    #expect(answer == .failure(DirectoryFailure(kind: .unavailable, executed: .no)))
  }

  @Test func pastTheDeadlineNothingIsSent() async throws {
    let (answer, count) = try await DirectoryScene.with(script: { _, _ in [] }) {
      (await $0.create(within: .seconds(-1)), $0.server.connectionCount)
    }
    #expect(answer == .failure(DirectoryFailure(kind: .timedOut, executed: .no)))
    #expect(count == 0)
  }

  @Test func anAnswerAfterTheDeadlineIsStillHeard() async throws {
    let deadline = Mutex(ContinuousClock.now)
    let answer = try await DirectoryScene.with(script: { _, _ in
      while ContinuousClock.now <= deadline.withLock({ $0 }) { usleep(1000) }
      return [.send(Self.created)]
    }) { scene -> DirectoryAnswer? in
      // On a busy machine a deadline may pass before the request leaves: then it gets a later one.
      for milliseconds in [50, 500, 5000] {
        let next = ContinuousClock.now + .milliseconds(milliseconds)
        deadline.withLock { $0 = next }
        let answer = await scene.directory.create(Fixtures.specification(), deadline: next)
        if answer != .failure(DirectoryFailure(kind: .timedOut, executed: .no)) { return answer }
      }
      return nil
    }
    #expect((try? answer?.get()) != nil)
  }

  @Test func cancellationDoesNotReachTheUpstream() async throws {
    let isCancelled = Atomic<Bool>(false)
    let answer = try await DirectoryScene.with(script: { _, _ in
      while !isCancelled.load(ordering: .acquiring) { usleep(1000) }
      return [.send(Self.created)]
    }) { scene in
      let call = Task { await scene.create() }
      await scene.server.requestsReceived(1)
      call.cancel()
      isCancelled.store(true, ordering: .releasing)
      return await call.value
    }
    #expect((try? answer.get()) != nil)
  }

  @Test func closingEndsWhatIsInFlight() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ScriptedServer.start(group: group, script: { _, _ in [] })
    let clientGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let directory = try DirectoryScene.directory(
      url: "http://127.0.0.1:\(server.port)", group: clientGroup)
    async let answer = directory.create(Fixtures.specification(), deadline: nil)
    await server.requestsReceived(1)
    await directory.close()
    #expect(await answer == .failure(DirectoryFailure(kind: .connectionLost, executed: .unknown)))
    await server.connectionsClosed(1)
    try await server.stop()
    try await clientGroup.shutdownGracefully()
    try await group.shutdownGracefully()
  }

  @Test func eachEventLoopHasItsOwnConnections() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let server = try await ScriptedServer.start(group: group) { _, _ in [.send(Self.created)] }
    let directory = try DirectoryScene.directory(
      url: "http://127.0.0.1:\(server.port)", group: group)
    for eventLoop in group.makeIterator() {
      let executor = LoopExecutor(eventLoop: eventLoop)
      await withTaskExecutorPreference(executor) {
        for _ in 0..<3 {
          let answer = await directory.create(Fixtures.specification(), deadline: nil)
          #expect((try? answer.get()) != nil)
          #expect(eventLoop.inEventLoop)
        }
      }
    }
    #expect(server.requests.map(\.connection) == [1, 1, 1, 2, 2, 2])
    await directory.close()
    try await server.stop()
    try await group.shutdownGracefully()
  }
}

/// Runs tasks on an event loop.
final class LoopExecutor: TaskExecutor {
  let eventLoop: any EventLoop

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
