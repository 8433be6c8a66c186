/// Texts that are put together as bytes, without strings in between.
extension [UInt8] {
  /// Appends the bytes of a text, in one piece.
  mutating func append(utf8Of text: String) {
    let isAppended: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe append(contentsOf: $0)
    }
    if isAppended == nil { append(contentsOf: text.utf8) }
  }

  /// Appends a number in decimal digits.
  ///
  /// - Parameter digits: at least so many, with zeros in front; at most 20.
  mutating func append(decimal number: Int64, digits: Int = 1) {
    // The greatest magnitude has 19 digits.
    var text = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
    var rest = number.magnitude
    var start = text.count
    repeat {
      start -= 1
      text[start] += UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    start = Swift.min(start, text.count - digits)
    if number < 0 { append(UInt8(ascii: "-")) }
    append(addingCapacity: text.count - start) { output in
      for index in start..<text.count { output.append(text[index]) }
    }
  }

  /// Appends bytes in hexadecimal digits, in lower case.
  mutating func append(hexadecimal bytes: some Sequence<UInt8>) {
    for byte in bytes {
      append(Self.hexadecimalDigit(byte >> 4))
      append(Self.hexadecimalDigit(byte & 0xF))
    }
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

extension OutputSpan<UInt8> {
  /// Appends bytes in one piece. There has to be room for them.
  @inline(__always)
  mutating func append(copying bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { source in
      unsafe withUnsafeMutableBufferPointer { buffer, count in
        precondition(source.count <= buffer.count - count)
        guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
        unsafe (to + count).initialize(from: from, count: source.count)
        count += source.count
      }
    }
  }
}
