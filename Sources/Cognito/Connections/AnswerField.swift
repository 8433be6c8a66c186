/// One header field: where its name and its value stand (RFC 9112, section 5).
struct AnswerField {
  let name: Range<Int>
  /// Without the white space around it.
  let value: Range<Int>
  /// Behind the line's end.
  let end: Int

  /// - Parameter bytes: hold an empty line somewhere behind `start`, so that no line is open.
  init(in bytes: Span<UInt8>, at start: Int) throws(TransportFault) {
    var position = start
    while ASCII.isTokenByte(bytes[position]) { position += 1 }
    // No space may stand before the colon, and no line may go on another (section 5.2).
    guard position > start, bytes[position] == UInt8(ascii: ":") else { throw .malformed }
    name = start..<position
    let valueStart = position + 1
    position = valueStart
    while ASCII.isText(bytes[position]) { position += 1 }
    guard bytes[position] == ASCII.cr, bytes[position + 1] == ASCII.lf else { throw .malformed }
    value = ASCII.trimmed(bytes, valueStart..<position)
    end = position + 2
  }
}
