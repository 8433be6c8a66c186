import Provisioning

/// What became of one entry.
enum CommitOutcome: Equatable, Sendable {
  case durable
  /// Nothing was written of it, though the store is sound.
  case refused(EntryRefusal)
  case failed(JournalError)
}
