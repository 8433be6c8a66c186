import Text

/// The status line and the header fields of an answer (RFC 9112, sections 4 and 5): how its body is
/// delimited, and whether the connection stays. What callers want to know goes into the answer.
struct AnswerHead {
  private(set) var status = 0
  private(set) var contentLength: Int?
  private(set) var isChunked = false
  /// HTTP/1.1 and not HTTP/1.0.
  private var isCurrent = false
  private var shallClose = false
  private var mayStay = false

  /// Whether the connection stays: one of HTTP/1.1 does unless it is said to close, one of HTTP/1.0
  /// only when it is said to (RFC 9112, section 9.3).
  var keepsAlive: Bool { !shallClose && (isCurrent || mayStay) }

  /// - Parameter bytes: up to and with the empty line.
  init(_ bytes: Span<UInt8>, into answer: inout UpstreamAnswer) throws(TransportFault) {
    var position = try readStatusLine(bytes)
    answer.status = status
    while bytes[position] != ASCII.cr {
      let field = try AnswerField(in: bytes, at: position)
      position = field.end
      try read(field, of: bytes, into: &answer)
    }
    // Two ways to say where the body ends are one too many (RFC 9112, section 6.3).
    guard !(isChunked && contentLength != nil) else { throw .malformed }
  }

  /// `HTTP/1.1 200 OK`; the reason may be left out with the space before it.
  private mutating func readStatusLine(_ bytes: Span<UInt8>) throws(TransportFault) -> Int {
    guard bytes.count > 14, Self.beginsLikeAHead(bytes), bytes[8] == ASCII.space else {
      throw .malformed
    }
    isCurrent = bytes[7] == UInt8(ascii: "1")
    for index in 9..<12 {
      guard let digit = ASCII.digit(bytes[index]) else { throw .malformed }
      status = status * 10 + digit
    }
    guard status >= 100, bytes[12] == ASCII.space || bytes[12] == ASCII.cr else {
      throw .malformed
    }
    var position = 12
    while bytes[position] != ASCII.cr {
      guard ASCII.isText(bytes[position]) else { throw .malformed }
      position += 1
    }
    guard bytes[position + 1] == ASCII.lf else { throw .malformed }
    return position + 2
  }

  private mutating func read(
    _ field: AnswerField, of bytes: Span<UInt8>, into answer: inout UpstreamAnswer
  ) throws(TransportFault) {
    let name = bytes.extracting(field.name)
    let value = bytes.extracting(field.value)
    switch name.count {
    case 3 where ASCII.equal(name, "age"):
      answer.hasAge = true
    case 4 where ASCII.equal(name, "date"):
      answer.date = HTTPDate.epochSeconds(value)
    case 10 where ASCII.equal(name, "connection"):
      readConnection(value)
    case 14 where ASCII.equal(name, "content-length"):
      guard contentLength == nil, let length = ASCII.decimal(value) else { throw .malformed }
      contentLength = length
    case 16 where ASCII.equal(name, "x-amzn-requestid"):
      answer.requestID = ErrorAnswer.sanitizedCode(value)
    case 16 where ASCII.equal(name, "x-amzn-errortype"):
      answer.errorType = ASCII.text(value)
    case 17 where ASCII.equal(name, "transfer-encoding"):
      // The one coding that is delimited by itself. HTTP/1.0 knows none.
      guard !isChunked, ASCII.equal(value, "chunked"), isCurrent else {
        throw .malformed
      }
      isChunked = true
    case 17 where ASCII.equal(name, "x-amz-retry-after"):
      answer.retryAfter = ASCII.decimal(value).map(Int64.init)
    default: break
    }
  }

  /// A list of options, of which two matter.
  private mutating func readConnection(_ value: Span<UInt8>) {
    var start = 0
    for index in 0...value.count where index == value.count || value[index] == UInt8(ascii: ",") {
      let option = value.extracting(ASCII.trimmed(value, start..<index))
      if ASCII.equal(option, "close") { shallClose = true }
      if ASCII.equal(option, "keep-alive") { mayStay = true }
      start = index + 1
    }
  }
}

// MARK: - Where a head ends

extension AnswerHead {
  /// The length of the head in front, its empty line included; `nil` when that has not come.
  ///
  /// - Throws: when it is longer than `limit`, or cannot become a head.
  static func length(in bytes: Span<UInt8>, limit: Int) throws(TransportFault) -> Int? {
    guard beginsLikeAHead(bytes) else { throw .malformed }
    return try lengthToEmptyLine(in: bytes, limit: limit)
  }

  /// The same for the fields behind the last chunk, of which there may be none. They are checked,
  /// and mean nothing to us.
  static func trailersLength(in bytes: Span<UInt8>, limit: Int) throws(TransportFault) -> Int? {
    guard bytes.count >= 2 else { return nil }
    if bytes[0] == ASCII.cr, bytes[1] == ASCII.lf { return 2 }
    guard let length = try lengthToEmptyLine(in: bytes, limit: limit) else { return nil }
    var position = 0
    while position < length - 2 { position = try AnswerField(in: bytes, at: position).end }
    return length
  }

  /// As far as it has come: garbage is known by its first bytes.
  private static func beginsLikeAHead(_ bytes: Span<UInt8>) -> Bool {
    ASCII.isPrefix(bytes, of: "HTTP/1.")
      && (bytes.count < 8 || bytes[7] == UInt8(ascii: "0") || bytes[7] == UInt8(ascii: "1"))
  }

  private static func lengthToEmptyLine(
    in bytes: Span<UInt8>, limit: Int
  ) throws(TransportFault) -> Int? {
    var index = 3
    while index < bytes.count {
      // The byte at the place of the last of the four tells how near their end can be.
      switch bytes[index] {
      case ASCII.lf:
        if bytes[index - 1] == ASCII.cr, bytes[index - 2] == ASCII.lf, bytes[index - 3] == ASCII.cr
        {
          guard index < limit else { throw .malformed }
          return index + 1
        }
        index += 2
      case ASCII.cr: index += 1
      default: index += 4
      }
    }
    guard bytes.count <= limit, !hasBareLineFeed(bytes) else { throw .malformed }
    return nil
  }

  /// Lines that end otherwise never come to their end.
  private static func hasBareLineFeed(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] == ASCII.lf {
      if index == 0 || bytes[index - 1] != ASCII.cr { return true }
    }
    return false
  }
}
