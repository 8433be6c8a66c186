import NIOCore
import NIOPosix
import NIOSSL
import SigV4
import Synchronization

/// An upstream that answers as it is told, byte for byte. It reads requests as a server would and
/// keeps them for the test to look at.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    /// Which connection it came on, from 1.
    var connection: Int
    var startLine: String
    var headers: [CanonicalRequest.Header]
    var body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  enum Step: Sendable {
    case send(String)
    case sendBytes([UInt8])
    /// No more comes from the server; the connection ends when the client closes it, too.
    case finish
    case close
  }

  /// Gets the request and its number, from 1; nothing returned means silence.
  typealias Script = @Sendable (Request, Int) -> [Step]

  private struct Waiter {
    var condition: @Sendable (State) -> Bool
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var requests: [Request] = []
    var connectionCount = 0
    var closedCount = 0
    var waiters: [Waiter] = []
  }

  private let state = Mutex(State())
  private let script: Script
  let group: MultiThreadedEventLoopGroup
  private let channel = Mutex<(any Channel)?>(nil)

  private init(group: MultiThreadedEventLoopGroup, script: @escaping Script) {
    self.group = group
    self.script = script
  }

  static func start(
    group: MultiThreadedEventLoopGroup, tls: NIOSSLContext? = nil, script: @escaping Script
  ) async throws -> ScriptedServer {
    let server = ScriptedServer(group: group, script: script)
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: false)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          try channel.pipeline.syncOperations.addHandler(Connection(server: server))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    server.channel.withLock { $0 = channel }
    return server
  }

  var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }
  var requests: [Request] { state.withLock { $0.requests } }
  var connectionCount: Int { state.withLock { $0.connectionCount } }

  func stop() async throws {
    try await channel.withLock { $0 }?.close().get()
  }

  /// Waits until so many connections are gone.
  func connectionsClosed(_ count: Int) async {
    await wait { $0.closedCount >= count }
  }

  /// Waits until so many requests have come.
  func requestsReceived(_ count: Int) async {
    await wait { $0.requests.count >= count }
  }

  private func wait(for condition: @escaping @Sendable (State) -> Bool) async {
    await withCheckedContinuation { continuation in
      change { $0.waiters.append(Waiter(condition: condition, continuation: continuation)) }
    }
  }

  /// Changes the state and wakes whoever waited for that.
  @discardableResult
  private func change<R: Sendable>(_ body: (inout State) -> R) -> R {
    let (result, done) = state.withLock { state in
      let result = body(&state)
      let done = state.waiters.filter { $0.condition(state) }
      let current = state
      state.waiters.removeAll { $0.condition(current) }
      return (result, done)
    }
    for waiter in done { waiter.continuation.resume() }
    return result
  }

  fileprivate func connectionOpened() -> Int {
    change { state in
      state.connectionCount += 1
      return state.connectionCount
    }
  }

  fileprivate func connectionClosed() {
    change { $0.closedCount += 1 }
  }

  fileprivate func received(_ request: Request) -> [Step] {
    let number = change { state in
      state.requests.append(request)
      return state.requests.count
    }
    return script(request, number)
  }

  /// Answers of the service, as they look on the wire.
  static func answer(
    _ status: String = "200 OK", headers: [String] = [], body: String
  ) -> String {
    """
    HTTP/1.1 \(status)\r
    Content-Type: application/x-amz-json-1.1\r
    x-amzn-RequestId: 55ae2950-0001\r
    Content-Length: \(body.utf8.count)\r
    \(headers.map { $0 + "\r\n" }.joined())\r
    \(body)
    """
  }

  static let created = answer(
    body: #"{"User":{"Username":"alice","Attributes":[{"Name":"sub","Value":"s-1"}],"#
      + #""UserCreateDate":1795239351.916,"Enabled":true,"UserStatus":"FORCE_CHANGE_PASSWORD"}}"#)

  static func error(_ type: String, headers: [String] = [], status: String = "400 Bad Request")
    -> String
  {
    answer(
      status, headers: headers, body: #"{"__type":"\#(type)","message":"alice PLANTED"}"#)
  }
}

/// One connection of the server: collects a whole request, then does what the script says.
private final class Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: ScriptedServer
  private var number = 0
  private var received: [UInt8] = []

  init(server: ScriptedServer) {
    self.server = server
  }

  func channelActive(context: ChannelHandlerContext) {
    number = server.connectionOpened()
  }

  func channelInactive(context: ChannelHandlerContext) {
    server.connectionClosed()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += Array(unwrapInboundIn(data).readableBytesView)
    while let request = nextRequest() {
      for step in server.received(request) {
        switch step {
        case .send(let text):
          context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        case .sendBytes(let bytes):
          context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        case .finish: context.close(mode: .output, promise: nil)
        case .close: context.close(promise: nil)
        }
      }
    }
  }

  private func nextRequest() -> ScriptedServer.Request? {
    guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self)
      .split(separator: "\r\n")
    let headers = lines.dropFirst().map { line -> CanonicalRequest.Header in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return .init(
        name: line[..<colon].lowercased(), value: String(line[colon...].dropFirst(2)))
    }
    let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    guard received.count >= end.upperBound + length else { return nil }
    let body = Array(received[end.upperBound..<end.upperBound + length])
    received.removeFirst(end.upperBound + length)
    return ScriptedServer.Request(
      connection: number, startLine: lines.first.map(String.init) ?? "", headers: headers,
      body: body)
  }
}
