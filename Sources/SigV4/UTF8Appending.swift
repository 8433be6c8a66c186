extension [UInt8] {
  /// Appends the bytes of a text, in one piece.
  mutating func append(utf8Of text: String) {
    let isAppended: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe append(contentsOf: $0)
    }
    if isAppended == nil { append(contentsOf: text.utf8) }
  }
}
