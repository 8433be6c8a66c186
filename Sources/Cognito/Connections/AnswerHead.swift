import NIOHTTP1
import SigV4

extension UpstreamAnswer {
  /// Takes from the head what this room uses, in one pass.
  mutating func readHead(_ head: HTTPResponseHead) {
    status = Int(head.status.code)
    for (name, value) in head.headers {
      switch name.utf8.count {
      case 3 where Self.matches(name, "age"):
        hasAge = true
      case 4 where Self.matches(name, "date"):
        date = HTTPDate.epochSeconds(value)
      case 14 where Self.matches(name, "content-length"):
        body.reserveCapacity(min(max(Int(value) ?? 0, 0), Self.maximumReservedByteCount))
      case 16 where Self.matches(name, "x-amzn-requestid"):
        requestID = ErrorAnswer.sanitizedCode(value)
      case 16 where Self.matches(name, "x-amzn-errortype"):
        errorType = value
      case 17 where Self.matches(name, "x-amz-retry-after"):
        retryAfter = Int64(value).flatMap { $0 >= 0 ? $0 : nil }
      default: break
      }
    }
  }

  /// What is set aside for a body on the word of its `Content-Length` alone.
  private static let maximumReservedByteCount = 8192

  /// Whether a header's name is `lowercased`, in any case.
  private static func matches(_ name: String, _ lowercased: String) -> Bool {
    name.utf8.elementsEqual(lowercased.utf8) { byte, expected in
      (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte) == expected
    }
  }
}
