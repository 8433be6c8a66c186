import Provisioning

/// Turns work into entries as they are stored: seals, hashes and writes canonical bytes.
struct WorkEncoder: Sendable {
  private let keys: JournalKeys
  private let codec: CreationCodec
  private let names: NamesUnderWay

  init(keys: JournalKeys) {
    self.keys = keys
    names = NamesUnderWay(keys: keys)
    codec = CreationCodec(keys: keys)
  }

  /// - Throws: ``JournalError/unavailable(_:)`` for what cannot be sealed.
  func entry(_ work: JournalWork) throws(JournalError) -> JournalEntry {
    switch work {
    case .transition(let transition, let eventID):
      JournalEntry(
        record: transition.isRecorded ? record(eventID, transition) : nil,
        change: try codec.change(to: transition.creation, from: transition.from))
    case .event(let event):
      JournalEntry(record: JournalRecord(event))
    case .purge(let time, let limit):
      JournalEntry(change: .purge(settledBefore: time, limit: limit))
    case .upkeep(let upkeep, let event):
      JournalEntry(record: event.map(JournalRecord.init), upkeep: upkeep)
    }
  }

  private func record(_ id: Identifier, _ transition: CreationTransition) -> JournalRecord {
    JournalRecord(
      AuditEvent(id: id, transition: transition, names: names.hashes(of: transition.creation)))
  }
}
