import NIOCore

/// How much is read of a connection in one turn of its event loop. A turn reads each socket that has
/// input once, so that this is what a flood on one puts in front of the others.
enum ReadPieces {
  /// For frames that carry something.
  case large
  /// For those whose work is in their number: floods, but also very short messages. And for peers
  /// that have broken the protocol, whose bytes may be dearer than any others.
  case small

  /// Frames in one turn from which on their size matters.
  private static let manyFrames = 64

  /// Bytes that a frame has on average, its head included, in all honest traffic but the shortest
  /// messages.
  private static let smallFrame = 64

  init(afterFrames frames: Int, bytes: Int) {
    self = frames >= Self.manyFrames && bytes < frames * Self.smallFrame ? .small : .large
  }

  func allocator(_ limits: HTTP2Limits) -> any RecvByteBufferAllocator {
    switch self {
    case .large:
      AdaptiveRecvByteBufferAllocator(
        minimum: min(1 << 10, limits.readBatch), initial: min(1 << 11, limits.readBatch),
        maximum: limits.readBatch)
    case .small:
      FixedSizeRecvByteBufferAllocator(capacity: limits.smallFrameReadBatch)
    }
  }
}
