import JSON

/// What an answer that is not a success says of itself: its type, and nothing of its text, which
/// may quote the request.
struct ErrorAnswer: Equatable {
  /// Type names that the answer gave, most binding first: the header, then `code`, then `__type`
  /// (Smithy, AWS JSON 1.1 protocol, "Operation error serialization"); or the `<Code>` of an XML
  /// answer.
  var types: [String] = []
  /// `reasonCode` of InvalidParameterException.
  var reasonCode: String?

  /// A type or a reason code longer than this is not one.
  static let maximumCodeByteCount = 64
  /// How far into an XML answer its `<Code>` is looked for, in bytes.
  static let maximumXMLByteCount = 4096

  /// - Parameter header: the value of `x-amzn-errortype`.
  init(header: String?, body: [UInt8]) {
    if let header, let type = Self.sanitizedType(header) { types.append(type) }
    switch body.first(where: { $0 > 0x20 }) {
    case UInt8(ascii: "{"): readJSON(body)
    case UInt8(ascii: "<"): readXML(body)
    default: break
    }
  }

  /// The shape's name in `FooError`, `FooError:http://…`, `ns#FooError` and `ns#FooError:http://…`:
  /// what stands before the first colon, and behind the first number sign of that. `nil` when that
  /// is no code.
  static func sanitizedType(_ text: String) -> String? {
    let head = text.prefix { $0 != ":" }
    let name = head.firstIndex(of: "#").map { head[head.index(after: $0)...] } ?? head
    return sanitizedCode(String(name))
  }

  /// A code is made of ASCII letters, digits, `.`, `_` and `-`. Anything else could be text, and
  /// text may quote the request.
  static func sanitizedCode(_ text: String) -> String? {
    sanitizedCode(text.utf8.span)
  }

  static func sanitizedCode(_ text: Span<UInt8>) -> String? {
    var start = 0
    while start < text.count, text[start] == ASCII.space { start += 1 }
    guard start < text.count, text.count - start <= maximumCodeByteCount else { return nil }
    for index in start..<text.count where !isCodeByte(text[index]) { return nil }
    return ASCII.text(text.extracting(start...))
  }

  private static func isCodeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// What was read before a fault in the text counts: the status says already that it is an error.
  private mutating func readJSON(_ body: [UInt8]) {
    var reader = JSONReader(body)
    var code: String?
    var type: String?
    var reason: String?
    _ = try? reader.object { reader, name throws(JSONError) in
      if name == "__type" {
        type = try Self.text(from: &reader)
      } else if name == "code" {
        code = try Self.text(from: &reader)
      } else if name == "reasonCode" {
        reason = try Self.text(from: &reader)
      } else {
        try reader.skipValue()
      }
    }
    types += [code, type].compactMap { $0.flatMap(Self.sanitizedType) }
    reasonCode = reason.flatMap(Self.sanitizedCode)
  }

  /// A string; `nil` for a value of another type, which is skipped.
  private static func text(from reader: inout JSONReader) throws(JSONError) -> String? {
    do {
      return try reader.string()
    } catch .unexpectedType {
      try reader.skipValue()
      return nil
    }
  }

  /// `<ErrorResponse><Errors><Error><Code>…</Code>`, the answer of query services and of moto.
  private mutating func readXML(_ body: [UInt8]) {
    let text = body.prefix(Self.maximumXMLByteCount)
    guard let start = text.firstRange(of: Array("<Code>".utf8)),
      let end = text[start.upperBound...].firstRange(of: Array("</Code>".utf8)),
      let code = Self.sanitizedCode(
        String(decoding: text[start.upperBound..<end.lowerBound], as: UTF8.self))
    else { return }
    types.append(code)
  }
}
