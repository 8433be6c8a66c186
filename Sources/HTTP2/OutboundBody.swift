import NIOCore

/// What waits behind one stream's data provider: bytes, then perhaps the end, perhaps trailers.
struct OutboundBody {
  enum End: Equatable {
    case open
    case plain
    case trailers(HeaderFields)
  }

  private var head = ByteBuffer()
  private var tail: [ByteBuffer] = []
  private var tailStart = 0

  /// Bytes that have not been read.
  private(set) var count = 0
  private(set) var end = End.open

  /// The data provider found nothing and must be resumed when something comes.
  var isDeferred = false

  mutating func append(_ bytes: ByteBuffer) {
    guard bytes.readableBytes > 0, end == .open else { return }
    if count == 0 {
      head = bytes
    } else {
      tail.append(bytes)
    }
    count += bytes.readableBytes
  }

  mutating func finish(_ end: End) {
    guard self.end == .open else { return }
    self.end = end
  }

  /// Moves as many bytes as there are and fit into `target`; returns how many.
  mutating func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    while count > 0, written < target.count {
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: target[written...])
      let moved = unsafe head.readWithUnsafeReadableBytes { source in
        let moved = min(source.count, room.count)
        unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<moved]))
        return (moved, moved)
      }
      written += moved
      count -= moved
      if head.readableBytes == 0 {
        advance()
      }
    }
    return written
  }

  private mutating func advance() {
    guard tailStart < tail.count else {
      head = ByteBuffer()
      tail.removeAll()
      tailStart = 0
      return
    }
    head = tail[tailStart]
    tail[tailStart] = ByteBuffer()
    tailStart += 1
    if tailStart == tail.count {
      tail.removeAll(keepingCapacity: true)
      tailStart = 0
    }
  }
}
