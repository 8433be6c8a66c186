import NIOCore
import NIOPosix
import Testing

@testable import HTTP2

@Suite struct EventLoopExecutorTests {
  @Test func keepsATaskOnItsLoop() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let loop = group.next()
    let executor = EventLoopExecutor(eventLoop: loop)
    let places = await Task(executorPreference: executor) {
      var places = [loop.inEventLoop]
      await Task.yield()
      places.append(loop.inEventLoop)
      _ = try? await group.next().submit {}.get()
      places.append(loop.inEventLoop)
      return places
    }.value
    #expect(places == [true, true, true])
    try await group.shutdownGracefully()
  }

  @Test func startsAtOnceAndStaysThere() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let executor = EventLoopExecutor(eventLoop: loop)
    let promise = loop.makePromise(of: Bool.self)
    let hasStarted = try await loop.submit {
      let first = NIOLoopBoundBox(false, eventLoop: loop)
      Task.immediate(executorPreference: executor) {
        first.value = true
        await Task.yield()
        promise.succeed(loop.inEventLoop)
      }
      return first.value
    }.get()
    #expect(hasStarted)
    #expect(try await promise.futureResult.get())
    try await group.shutdownGracefully()
  }
}
