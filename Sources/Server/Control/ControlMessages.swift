import Foundation
import NIOCore

/// A connection to the running service carries one task and one answer, each a line of JSON.
enum ControlLine {
  /// Longest line: paths and names.
  static let limit = 65_536

  static func encode(_ message: some Encodable) -> ByteBuffer? {
    guard let line = try? JSONEncoder().encode(message) else { return nil }
    return ByteBuffer(bytes: line + [UInt8(ascii: "\n")])
  }

  /// The first line of what comes; `nil` where it is none of this kind.
  static func decode<Message: Decodable>(
    _ kind: Message.Type, from pieces: NIOAsyncChannelInboundStream<ByteBuffer>
  ) async throws -> Message? {
    var bytes: [UInt8] = []
    for try await piece in pieces {
      bytes += piece.readableBytesView
      guard bytes.count <= limit else { return nil }
      guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { continue }
      return try? JSONDecoder().decode(kind, from: Data(bytes[..<end]))
    }
    return nil
  }
}

/// What became of a task, in one line for the operator.
enum ControlAnswer: Codable, Sendable {
  case done(String)
  case refused(String)
}
