/// What a journal has done since it was opened.
package struct JournalStatistics: Equatable, Sendable {
  /// Commits, each with an fsync.
  package var transactions = 0
  /// How long they took together.
  package var commitTime = Duration.zero
  /// What was in their groups: changes of creations and records.
  package var entries = 0
  /// Durable records.
  package var records = 0
  /// Denials and readings that found their queue full.
  package var droppedNotices = 0
  /// Records that are not durable yet.
  package var waiting = 0
  /// Whether new creations are taken: not while the disk is full, has failed, or after the close.
  package var isAdmitting = false

  package init() {}
}
