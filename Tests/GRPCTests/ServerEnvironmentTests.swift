import Logging
import Synchronization
import Testing

@testable import GRPC

@Suite struct ServerEnvironmentTests {
  private struct Unexpected: Error {}

  private final class Lines: Sendable {
    let all = Mutex<[(message: String, span: CallSpan?)]>([])
  }

  /// Notes each line with the span in which it was written.
  private struct NotingHandler: LogHandler {
    let lines: Lines
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.all.withLock { $0.append(("\(event.message)", CallSpan.current)) }
    }
  }

  @Test func anUnexpectedErrorIsLoggedInTheSpanOfItsCall() throws {
    let lines = Lines()
    let environment = ServerEnvironment(
      router: RPCRouter(), interceptors: [], limits: GRPCLimits(), compressesResponses: false,
      logger: Logger(label: "test") { _ in NotingHandler(lines: lines) })
    var context = ServerContext(
      descriptor: .echo, metadata: Metadata(), deadline: nil, peer: "127.0.0.1")
    let span = CallSpan(continuing: nil)
    context.span = span
    #expect(environment.rpcError(for: Unexpected(), in: context).code == .unknown)
    let first = lines.all.withLock { $0.first }
    let line = try #require(first)
    #expect(line.message == "a handler threw an unexpected error")
    #expect(line.span === span)
  }
}
