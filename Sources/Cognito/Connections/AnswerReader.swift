/// Reads one answer of HTTP/1.1 (RFC 9112) from bytes as they come. Strict: whatever the grammar
/// does not allow, or could be read in two ways, is malformed. Bounded in its head and its body.
struct AnswerReader {
  /// What comes next.
  private enum Stage: Equatable {
    /// The status line and the header fields, up to the empty line.
    case head
    /// Bytes of a body whose length was said.
    case body(left: Int)
    /// A body that ends with the connection.
    case bodyToTheEnd
    case chunkSize
    case chunk(left: Int)
    /// The line end behind a chunk's data.
    case chunkEnd
    /// The fields behind the last chunk, up to the empty line.
    case trailers
    case done
  }

  /// A chunk's size and its extensions, in bytes.
  static let maximumChunkLineByteCount = 256
  /// What is set aside for a body on the word of its `Content-Length` alone.
  static let maximumReservedByteCount = 8192

  private let maximumHeadByteCount: Int
  private let maximumBodyByteCount: Int
  private var stage = Stage.head
  /// The beginning of a head, of a line or of trailers whose end has not come.
  private var pending: [UInt8] = []
  /// Bytes of heads and trailers that were read.
  private var headByteCount = 0
  private(set) var answer = UpstreamAnswer()
  /// Whether the status and the header fields of the answer are known.
  private(set) var hasHead = false
  /// Whether another answer may follow on the connection.
  private(set) var keepsAlive = false

  init(maximumHeadByteCount: Int, maximumBodyByteCount: Int) {
    self.maximumHeadByteCount = maximumHeadByteCount
    self.maximumBodyByteCount = maximumBodyByteCount
  }

  var isDone: Bool { stage == .done }

  /// Reads what has come. Bytes behind the answer's end belong to no request: the connection is not
  /// to be used again.
  ///
  /// - Throws: ``TransportFault/malformed``; the answer keeps what was read before.
  mutating func read(_ bytes: Span<UInt8>) throws(TransportFault) {
    guard pending.isEmpty else {
      var joined: [UInt8] = []
      swap(&joined, &pending)
      unsafe bytes.withUnsafeBufferPointer { unsafe joined.append(contentsOf: $0) }
      let consumed = try consume(joined.span)
      joined.removeFirst(consumed)
      pending = joined
      return
    }
    let consumed = try consume(bytes)
    guard consumed < bytes.count else { return }
    unsafe bytes.extracting(consumed...).withUnsafeBufferPointer { unsafe pending = Array($0) }
  }

  /// The other side has ended the connection.
  ///
  /// - Returns: whether the answer ends with that.
  mutating func end() -> Bool {
    guard stage == .bodyToTheEnd else { return false }
    stage = .done
    return true
  }

  /// - Returns: how many bytes need not be seen again.
  private mutating func consume(_ bytes: Span<UInt8>) throws(TransportFault) -> Int {
    var position = 0
    while true {
      let rest = bytes.extracting(position...)
      switch stage {
      case .head:
        guard let length = try AnswerHead.length(in: rest, limit: headRoom) else { return position }
        position += length
        headByteCount += length
        let head = try AnswerHead(rest.extracting(..<length), into: &answer)
        try beginBody(head)
      case .body(let left):
        position += try appendBody(rest, upTo: left)
        stage = left > rest.count ? .body(left: left - rest.count) : .done
        if stage != .done { return position }
      case .bodyToTheEnd:
        return try position + appendBody(rest, upTo: .max)
      case .chunkSize:
        guard let length = try lineLength(in: rest) else { return position }
        position += length + 2
        let size = try Self.chunkSize(rest.extracting(..<length))
        stage = size == 0 ? .trailers : .chunk(left: size)
      case .chunk(let left):
        position += try appendBody(rest, upTo: left)
        stage = left > rest.count ? .chunk(left: left - rest.count) : .chunkEnd
        if stage != .chunkEnd { return position }
      case .chunkEnd:
        guard rest.count >= 2 else { return position }
        guard rest[0] == ASCII.cr, rest[1] == ASCII.lf else { throw .malformed }
        position += 2
        stage = .chunkSize
      case .trailers:
        guard let length = try AnswerHead.trailersLength(in: rest, limit: headRoom) else {
          return position
        }
        position += length
        stage = .done
      case .done:
        if position < bytes.count { keepsAlive = false }
        return bytes.count
      }
    }
  }

  private var headRoom: Int { maximumHeadByteCount - headByteCount }

  private mutating func beginBody(_ head: AnswerHead) throws(TransportFault) {
    // An interim answer comes before the one that counts (RFC 9110, section 15.2). No protocol was
    // offered to switch to.
    if (100..<200).contains(head.status) {
      guard head.status != 101 else { throw .malformed }
      answer = UpstreamAnswer()
      return
    }
    hasHead = true
    keepsAlive = head.keepsAlive
    // RFC 9112, section 6.3.
    if head.status == 204 || head.status == 304 {
      stage = .done
    } else if head.isChunked {
      stage = .chunkSize
    } else if let length = head.contentLength {
      guard length <= maximumBodyByteCount else { throw .malformed }
      answer.body.reserveCapacity(min(length, Self.maximumReservedByteCount))
      stage = .body(left: length)
    } else {
      keepsAlive = false
      stage = .bodyToTheEnd
    }
  }

  /// - Returns: how many bytes were taken.
  private mutating func appendBody(
    _ bytes: Span<UInt8>, upTo limit: Int
  ) throws(TransportFault) -> Int {
    let part = bytes.extracting(..<min(limit, bytes.count))
    guard answer.body.count + part.count <= maximumBodyByteCount else { throw .malformed }
    unsafe part.withUnsafeBufferPointer { unsafe answer.body.append(contentsOf: $0) }
    return part.count
  }

  /// The length of the line in front, without its end; `nil` when that has not come.
  private func lineLength(in bytes: Span<UInt8>) throws(TransportFault) -> Int? {
    for index in bytes.indices where bytes[index] == ASCII.lf {
      guard index > 0, bytes[index - 1] == ASCII.cr else { throw .malformed }
      return index - 1
    }
    guard bytes.count <= Self.maximumChunkLineByteCount else { throw .malformed }
    return nil
  }

  /// `1*HEXDIG [ ";" … ]` (RFC 9112, section 7.1); extensions mean nothing to us.
  private static func chunkSize(_ line: Span<UInt8>) throws(TransportFault) -> Int {
    var size = 0
    for index in line.indices {
      let byte = line[index]
      if byte == UInt8(ascii: ";"), index > 0 { return size }
      guard let digit = ASCII.hexDigit(byte), size <= Int(UInt32.max) else { throw .malformed }
      size = size << 4 | digit
    }
    guard !line.isEmpty else { throw .malformed }
    return size
  }
}
