/// Who is told of a target that takes nothing for a while, such as a pipe whose reader has stopped.
package struct StallWatch: Sendable {
  /// How long it may take nothing before that is told.
  let limit: Duration
  /// Told `true`, and `false` when the target takes something again.
  let tell: @Sendable (Bool) -> Void

  package init(limit: Duration, tell: @escaping @Sendable (Bool) -> Void) {
    self.limit = limit
    self.tell = tell
  }
}
