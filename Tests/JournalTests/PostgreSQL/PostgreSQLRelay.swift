import Foundation
import Synchronization

/// Stands between a client and the server's socket, and can lose what passes.
final class PostgreSQLRelay: Sendable {
  enum Course {
    case passOn
    /// The next request does not reach the server.
    case loseRequest
    /// The next request reaches the server, and its answer does not come back.
    case loseAnswer
    /// The next request reaches the server, and the client's connection is lost at once; the
    /// server's is not.
    case loseConnection
  }

  private struct CannotListen: Error {}

  private static let socketName = ".s.PGSQL.5432"

  /// Where clients find the socket.
  let directory: String
  private let server: String
  private let listener: Int32
  private let state = Mutex((course: Course.passOn, refuses: false))

  init(to server: String) throws {
    self.server = server + "/" + Self.socketName
    directory = "/tmp/relay-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false)
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard
      unsafe Self.withAddress(directory + "/" + Self.socketName, { unsafe bind(listener, $0, $1) })
        == 0,
      listen(listener, 16) == 0
    else { throw CannotListen() }
    let thread = Thread { [listener] in
      while case let client = accept(listener, nil, nil), client >= 0 { self.serve(client) }
    }
    thread.start()
  }

  func end() {
    _ = shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    try? FileManager.default.removeItem(atPath: directory)
  }

  func set(_ course: Course) {
    state.withLock { $0.course = course }
  }

  /// Whether new connections are closed at once.
  var refusesConnections: Bool {
    get { state.withLock(\.refuses) }
    set { state.withLock { $0.refuses = newValue } }
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      unsafe bytes.copyBytes(from: path.utf8)
    }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private func serve(_ client: Int32) {
    let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard !refusesConnections,
      unsafe Self.withAddress(server, { unsafe connect(upstream, $0, $1) }) == 0
    else {
      close(client)
      close(upstream)
      return
    }
    Thread.detachNewThread {
      if self.pump(from: client, to: upstream, .loseRequest) {
        _ = shutdown(upstream, Int32(SHUT_RDWR))
      }
      _ = shutdown(client, Int32(SHUT_RDWR))
    }
    Thread.detachNewThread {
      _ = self.pump(from: upstream, to: client, .loseAnswer)
      _ = shutdown(upstream, Int32(SHUT_RDWR))
      _ = shutdown(client, Int32(SHUT_RDWR))
    }
  }

  /// Ends when one side has, or with what is to be lost.
  ///
  /// - Returns: whether the other side's connection ends with this one.
  private func pump(from source: Int32, to target: Int32, _ loss: Course) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe read(source, &buffer, buffer.count)
      guard count > 0 else { return true }
      let course = state.withLock { state in
        let isMine =
          state.course == loss
          || (loss == .loseRequest && state.course == .loseConnection)
        defer { if isMine { state.course = .passOn } }
        return isMine ? state.course : .passOn
      }
      if course == .loseRequest || course == .loseAnswer { return true }
      guard unsafe send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else {
        return true
      }
      if course == .loseConnection { return false }
    }
  }
}
