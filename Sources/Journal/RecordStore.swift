import Provisioning

/// What is to become durable. The writer's thread encodes it, so that the event loops need not.
enum JournalWork: Sendable {
  /// A change of a creation and, where it is recorded, its record under this id.
  case transition(CreationTransition, eventID: Identifier)
  indirect case event(AuditEvent)
  /// Removes settled creations that were last changed before a time.
  case purge(settledBefore: Int64, limit: Int)
  /// A change that the journal makes to itself, and what the trail says of it.
  indirect case upkeep(JournalUpkeep, AuditEvent?)

  /// The id of the record that it makes; `nil` when it makes none.
  var eventID: Identifier? {
    switch self {
    case .transition(let transition, let id): transition.isRecorded ? id : nil
    case .event(let event): event.id
    case .purge: nil
    case .upkeep(_, let event): event?.id
    }
  }
}

/// What becomes durable together: a change of a creation or of the journal itself, and what the audit
/// trail says of it.
struct JournalEntry: Sendable {
  /// `nil` for a change that the trail says nothing of.
  var record: JournalRecord?
  /// `nil` for a record that belongs to no creation.
  var change: CreationRowChange?
  /// `nil` but for a change that the journal makes to itself.
  var upkeep: JournalUpkeep?
}

/// Why nothing was written of one entry, while the others of its group are durable. Indirect, so that
/// the frames of tasks that wait for a write have no room for a row.
indirect enum EntryRefusal: Equatable, Sendable {
  /// A constraint of the tables.
  case refused
  /// The row of a new creation's key.
  case keyTaken(CreationRow)
  /// The row of another creation in flight that has one of the names.
  case nameTaken(CreationRow)
  /// The row as it is, where it is not what the change rests on; `nil` when there is none.
  case superseded(CreationRow?)
}

/// What became of a group of entries.
enum GroupResult: Equatable, Sendable {
  /// Durable, but for those (by position) that were refused one by one.
  case committed(refusals: [Int: EntryRefusal])
  /// Nothing was written, and the store is sound: trying again later may succeed.
  case stalled(String)
  /// What is on the disk is unknown. Nothing may be written any more.
  case failed(String)
}

/// What a store has left to do while no entries wait.
enum IdleWork: Equatable, Sendable {
  case none
  /// Something that cannot be done now; it is tried again after a while.
  case later
  /// As with a group: nothing may be written any more.
  case failed(String)
}

/// Where the writer thread puts its groups. Called from that one thread.
protocol RecordStore: Sendable {
  /// Makes all entries durable in one transaction, in their order: a change sees those before it.
  /// Blocks.
  func commit(_ group: [JournalEntry]) -> GroupResult

  /// Does a piece of what need not be done with a group. Blocks for a short time: entries may come
  /// meanwhile.
  func doIdleWork() -> IdleWork

  /// Gives up the file and its lock, or the connection.
  func close()
}
