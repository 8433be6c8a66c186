/// Texts that are put together as bytes, without strings in between.
extension [UInt8] {
  /// Appends the bytes of a text, in one piece.
  package mutating func append(utf8Of text: String) {
    let isAppended: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe append(contentsOf: $0)
    }
    if isAppended == nil { append(contentsOf: text.utf8) }
  }

  /// Appends a number in decimal digits.
  ///
  /// - Parameter digits: at least so many, with zeros in front; at most 20.
  package mutating func append(decimal number: Int64, digits: Int = 1) {
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
}
