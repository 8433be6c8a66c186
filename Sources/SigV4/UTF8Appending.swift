extension [UInt8] {
  /// Appends the bytes of a text, in one piece.
  mutating func append(utf8Of text: String) {
    let bytes = text.utf8.span
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
