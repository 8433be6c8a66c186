/// Finds what a misspelt word was meant to be.
enum Suggestion {
  /// Edits that a slip of the hand makes at most.
  private static let maximumDistance = 2

  /// `, did you mean WORD?`, or nothing when no word is near.
  static func text(for word: String, among known: [String]) -> String {
    let nearest = known.map { ($0, distance(word.lowercased(), $0.lowercased())) }
      .min { $0.1 < $1.1 }
    guard let nearest, nearest.1 <= maximumDistance, nearest.1 < nearest.0.count else { return "" }
    return ", did you mean \(nearest.0)?"
  }

  /// Levenshtein's distance: insertions, deletions and substitutions.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    guard abs(a.count - b.count) <= maximumDistance else { return Int.max }
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
