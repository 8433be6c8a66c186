import HTTP2
import Synchronization
import Testing

@testable import GRPC

/// A handler that is done, or refuses, before it waits for anything.
@Suite(.timeLimit(.minutes(2))) struct HandlerStepTests {
  private final class Tracing: ServerInterceptor {
    func callDidArrive(_ context: inout ServerContext) {
      context.span = CallSpan(continuing: nil)
    }
  }

  private struct Seen: Equatable {
    var hasTask = false
    var isInItsSpan = false
  }

  private final class Notes: Sendable {
    private let all = Mutex<[Seen]>([])

    var seen: [Seen] { all.withLock { $0 } }

    func note(_ call: UnaryCall) {
      let hasTask = unsafe withUnsafeCurrentTask { unsafe $0 != nil }
      let isInItsSpan = CallSpan.current != nil && CallSpan.current === call.context.span
      all.withLock { $0.append(Seen(hasTask: hasTask, isInItsSpan: isInItsSpan)) }
    }
  }

  /// Answers with its request; refuses an empty one; waits before it answers a long one.
  private func router(_ notes: Notes) -> RPCRouter {
    var router = RPCRouter()
    router.registerUnary(.echo) { call in
      let message: Echo = try call.decode()
      notes.note(call)
      guard !message.bytes.isEmpty else {
        throw RPCError(code: .outOfRange, message: "Nothing to answer.")
      }
      guard message.bytes.count > 3 else { return .answered(try call.reply.answer(message)) }
      return .waiting {
        await Task.yield()
        notes.note(call)
        return try call.reply.answer(message)
      }
    }
    return router
  }

  private func call(
    _ bytes: [UInt8], _ interceptors: [any ServerInterceptor] = []
  ) async throws -> (code: Status.Code?, seen: [Seen]) {
    let notes = Notes()
    let code = try await withServer(router(notes), interceptors: interceptors) { _, port in
      try await withClient(port: port) { client in
        await client.code(Echo(bytes), method: .echo)
      }
    }
    return (code, notes.seen)
  }

  @Test func anAnswerAtOnceHasNoTask() async throws {
    let (code, seen) = try await call([1])
    #expect(code == .ok)
    #expect(seen == [Seen()])
  }

  @Test func aRefusalAtOnceHasItsStatus() async throws {
    let (code, seen) = try await call([])
    #expect(code == .outOfRange)
    #expect(seen == [Seen()])
  }

  @Test func whatWaitsHasATask() async throws {
    let (code, seen) = try await call([1, 2, 3, 4])
    #expect(code == .ok)
    #expect(seen == [Seen(), Seen(hasTask: true)])
  }

  @Test func bothPartsAreInTheSpanOfTheCall() async throws {
    let (code, seen) = try await call([1, 2, 3, 4], [Tracing()])
    #expect(code == .ok)
    #expect(seen == [Seen(isInItsSpan: true), Seen(hasTask: true, isInItsSpan: true)])
  }
}
