/// The percent-encoding of `grpc-message`.
///
/// Source: gRPC over HTTP/2, "Responses": %x20-24 and %x26-7E stand for themselves, every other
/// byte of the UTF-8 form is written as `%` and two upper-case hexadecimal digits.
enum PercentEncoding {
  /// Encodes `text`. A space at either end is written as `%20`, because RFC 9113, section 8.2.1,
  /// forbids a field value that begins or ends with one.
  static func encode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    if bytes.allSatisfy(isVerbatim), bytes.first != space, bytes.last != space { return text }
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count * 3)
    for (index, byte) in bytes.enumerated() {
      let atAnEnd = index == 0 || index == bytes.count - 1
      if isVerbatim(byte) && !(byte == space && atAnEnd) {
        encoded.append(byte)
      } else {
        encoded.append(percent)
        encoded.append(digits[Int(byte >> 4)])
        encoded.append(digits[Int(byte & 0x0F)])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Decodes `text`. A `%` that no two hexadecimal digits follow stands for itself, and invalid
  /// UTF-8 becomes U+FFFD: the protocol asks a receiver not to fail on a bad message.
  static func decode(_ text: String) -> String {
    guard text.utf8.contains(percent) else { return text }
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == percent, index + 2 < bytes.count,
        let high = nibble(bytes[index + 1]), let low = nibble(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static let percent = UInt8(ascii: "%")
  private static let space = UInt8(ascii: " ")
  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func isVerbatim(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != percent
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
