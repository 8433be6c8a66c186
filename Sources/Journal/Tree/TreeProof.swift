/// Which parts of a tree make up a proof: their hashes, in this order, are what a verifier gets.
package enum TreeProof {
  /// PATH of RFC 6962, section 2.1.1: from the record to the root.
  package static func inclusion(of index: Int64, inTreeOf size: Int64) -> [Range<Int64>] {
    path(to: index, in: 0..<size)
  }

  private static func path(to index: Int64, in records: Range<Int64>) -> [Range<Int64>] {
    guard records.count > 1 else { return [] }
    let middle = middle(of: records)
    let (left, right) = (records.lowerBound..<middle, middle..<records.upperBound)
    return index < middle
      ? path(to: index, in: left) + [right] : path(to: index, in: right) + [left]
  }

  /// PROOF of RFC 6962, section 2.1.2.
  ///
  /// - Parameter first: at least 1, at most `second`.
  package static func consistency(from first: Int64, to second: Int64) -> [Range<Int64>] {
    subproof(first, in: 0..<second, isWhole: true)
  }

  /// - Parameter isWhole: whether the records begin where the earlier tree did, so that its verifier
  ///   knows their hash.
  private static func subproof(
    _ first: Int64, in records: Range<Int64>, isWhole: Bool
  ) -> [Range<Int64>] {
    guard first < records.upperBound else { return isWhole ? [] : [records] }
    let middle = middle(of: records)
    let (left, right) = (records.lowerBound..<middle, middle..<records.upperBound)
    return first <= middle
      ? subproof(first, in: left, isWhole: isWhole) + [right]
      : subproof(first, in: right, isWhole: false) + [left]
  }

  /// Behind the largest power of two that is less than their number.
  private static func middle(of records: Range<Int64>) -> Int64 {
    let last = Int64(records.count - 1)
    return records.lowerBound + 1 << Int64(Int64.bitWidth - 1 - last.leadingZeroBitCount)
  }
}
