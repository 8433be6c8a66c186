import JSON

/// An answer before it becomes bytes.
struct SandboxAnswer {
  /// AWS JSON 1.1
  static let contentType = "application/x-amz-json-1.1"

  var status: Int
  var contentType = SandboxAnswer.contentType
  /// Besides those that every answer has; values must be fit for a header line.
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]

  init(status: Int, contentType: String = SandboxAnswer.contentType, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// The shape recorded from Cognito: the type in a header, with a colon behind it, and in the
  /// body.
  init(_ exception: ServiceException) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("__type")
      writer.string(exception.type)
      if !exception.message.isEmpty {
        writer.name("message")
        writer.string(exception.message)
      }
    }
    self.init(status: exception.status, body: writer.bytes)
    headers.append(("x-amzn-ErrorType", "\(exception.type):"))
    if !exception.message.isEmpty {
      headers.append(("x-amzn-ErrorMessage", Self.headerText(exception.message)))
    }
  }

  /// What AWS's front says to a request that no protocol of the service recognizes.
  static let unrecognizedProtocol = SandboxAnswer(
    status: 404, contentType: "text/xml", body: Array("<UnknownOperationException/>\n".utf8))

  static let requestTooLarge = SandboxAnswer(
    ServiceException("RequestEntityTooLargeException", "", status: 413))

  /// The longest message that goes into a header, in bytes: clients bound their header lines.
  static let maximumHeaderTextByteCount = 1024

  /// A message may quote an attribute's name, which may hold a line break.
  static func headerText(_ text: String) -> String {
    let bytes = text.utf8.prefix(maximumHeaderTextByteCount).map { byte in
      (0x20...0x7E).contains(byte) ? byte : UInt8(ascii: "?")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
