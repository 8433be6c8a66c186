/// Finds HEADERS that open a stream with a number below one already used (RFC 9113 §5.1.1), which
/// libnghttp2 ignores on purpose. Only numbers that the client never used count: late frames of a
/// stream that we have reset are its right.
struct SkippedStreamIDs {
  /// Gaps remembered; an honest client has none, because it counts up by two.
  static let capacity = 16

  private var highest: Int32 = -1
  private var gaps: [ClosedRange<Int32>] = []

  /// Whether HEADERS with this number are legal at this time; remembers the number.
  mutating func admit(_ id: Int32) -> Bool {
    if id <= highest {
      return !gaps.contains { $0.contains(id) }
    }
    if id > highest + 2, gaps.count < Self.capacity {
      gaps.append((highest + 2)...(id - 2))
    }
    highest = id
    return true
  }
}
