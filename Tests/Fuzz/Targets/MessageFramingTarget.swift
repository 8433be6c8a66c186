import NIOCore

@testable import GRPC

extension FuzzTarget {
  /// A stream of length-prefixed messages, compressed ones among them. However it is cut into pieces,
  /// the messages are the same, and none is longer than the limit.
  static let messageFraming = FuzzTarget("message-framing") { input throws(FuzzFinding) in
    guard let first = input.first else { return }
    let whole = messages(of: input.dropFirst(), pieceLength: .max)
    let pieces = messages(of: input.dropFirst(), pieceLength: Int(first) + 1)
    try FuzzFinding.unless(whole == pieces, "messages do not depend on pieces")
    try FuzzFinding.unless(
      whole.allSatisfy { $0.count <= limit }, "no message is longer than the limit")
    for message in whole {
      try FuzzFinding.unless(
        roundTrip(message) == message, "what was compressed is inflated to the same")
    }
  }

  private static let limit = 1 << 16

  private static func messages(of input: ArraySlice<UInt8>, pieceLength: Int) -> [[UInt8]] {
    var deframer = MessageDeframer(limit: limit, admitsCompression: true)
    var messages: [[UInt8]] = []
    var rest = input
    do {
      while !rest.isEmpty {
        let piece = rest.prefix(pieceLength)
        rest = rest.dropFirst(piece.count)
        deframer.append(ByteBuffer(bytes: piece))
        while let message = try deframer.next() {
          let payload =
            message.isCompressed
            ? try Gzip.inflate(message.payload, limit: limit) : message.payload
          messages.append(Array(payload.readableBytesView))
        }
      }
    } catch {
      // The stream cannot be cut further; what came before it counts.
    }
    return messages
  }

  private static func roundTrip(_ message: [UInt8]) -> [UInt8]? {
    var compressed = ByteBuffer()
    guard (try? Gzip.compress(message.span, into: &compressed)) != nil,
      let inflated = try? Gzip.inflate(compressed, limit: limit)
    else { return nil }
    return Array(inflated.readableBytesView)
  }
}
