import NIOCore
import NIOPosix

/// Hands a task to the service that has a journal open.
enum ControlClient {
  /// - Returns: `nil` where no service listens.
  /// - Throws: when the service went away before it answered.
  static func perform(_ task: JournalTask, at path: String) async throws -> ControlAnswer? {
    let connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    do {
      connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(unixDomainSocketPath: path) { channel in
          channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel(wrappingChannelSynchronously: channel)
          }
        }
    } catch {
      return nil
    }
    return try await connection.executeThenClose { pieces, requests in
      if let line = ControlLine.encode(task) { try await requests.write(line) }
      guard let answer = try await ControlLine.decode(ControlAnswer.self, from: pieces) else {
        throw ControlSocket.Failure(description: "no answer")
      }
      return answer
    }
  }
}
