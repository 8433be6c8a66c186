/// Why text is no pattern.
package struct PatternError: Error, Equatable, Sendable {
  /// The character that is wrong, from 1, in Unicode scalars.
  package var position: Int
  package var problem: String
  package var accepted: String
}
