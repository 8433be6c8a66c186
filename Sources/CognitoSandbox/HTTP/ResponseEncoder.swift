import NIOCore
import Text

/// Writes HTTP/1.1 responses (RFC 9112) as one buffer of head and body. NIO's own encoder is passed
/// by: it is slower, and some faults need heads that it would not write.
struct ResponseEncoder {
  private let allocator: ByteBufferAllocator
  private let clock: SandboxClock
  /// Makes request ids, one generator a connection so that none is shared.
  private var random: SandboxRandom
  /// The text of the `Date` header and the second that it stands for.
  private var date: (second: Int64, text: String) = (.min, "")

  init(allocator: ByteBufferAllocator, clock: SandboxClock, random: SandboxRandom) {
    self.allocator = allocator
    self.clock = clock
    self.random = random
  }

  /// Room for the head of an answer without a long error message, so that it is allocated once.
  private static let typicalHeadByteCount = 384

  /// - Parameter byteCount: a false content-length; `nil` for the true one.
  mutating func encode(_ answer: SandboxAnswer, announcing byteCount: Int? = nil) -> ByteBuffer {
    var buffer = head(of: answer, announcing: byteCount ?? answer.body.count)
    buffer.writeBytes(answer.body)
    return buffer
  }

  mutating func head(of answer: SandboxAnswer, announcing byteCount: Int) -> ByteBuffer {
    var buffer = allocator.buffer(capacity: Self.typicalHeadByteCount + answer.body.count)
    buffer.writeString("HTTP/1.1 ")
    buffer.writeString(Self.statusLine(answer.status))
    buffer.writeString("\r\nDate: ")
    buffer.writeString(dateText())
    buffer.writeString("\r\nContent-Type: ")
    buffer.writeString(answer.contentType)
    buffer.writeString("\r\nContent-Length: ")
    buffer.writeString(String(byteCount))
    buffer.writeString("\r\nx-amzn-RequestId: ")
    buffer.writeString(random.uuid())
    for (name, value) in answer.headers {
      buffer.writeString("\r\n")
      buffer.writeString(name)
      buffer.writeString(": ")
      buffer.writeString(value)
    }
    buffer.writeString("\r\n\r\n")
    return buffer
  }

  /// The interim answer to `Expect: 100-continue`.
  static let proceed = "HTTP/1.1 100 Continue\r\n\r\n"
  /// The answer to what is not HTTP/1.1.
  static let badRequest =
    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

  private static func statusLine(_ status: Int) -> String {
    switch status {
    case 200: "200 OK"
    case 400: "400 Bad Request"
    case 403: "403 Forbidden"
    case 404: "404 Not Found"
    case 413: "413 Content Too Large"
    case 429: "429 Too Many Requests"
    case 500: "500 Internal Server Error"
    case 502: "502 Bad Gateway"
    case 503: "503 Service Unavailable"
    default: "\(status) Status"
    }
  }

  private mutating func dateText() -> String {
    let second = clock.now / 1000
    if date.second != second { date = (second, HTTPDate.text(epochSeconds: second)) }
    return date.text
  }
}
