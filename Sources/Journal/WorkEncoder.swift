import Provisioning

/// Turns work into entries as they are stored: seals, hashes and writes canonical bytes.
struct WorkEncoder: Sendable {
  private let keys: JournalKeys
  private let codec: CreationCodec
  let names: NamesUnderWay

  init(keys: JournalKeys) {
    self.keys = keys
    names = NamesUnderWay(keys: keys)
    codec = CreationCodec(keys: keys)
  }

  /// - Parameter buffer: memory to write in, which those of a group share.
  /// - Throws: ``JournalError/unavailable(_:)`` for what cannot be sealed.
  func entry(
    _ work: JournalWork, using buffer: inout [UInt8]
  ) throws(JournalError) -> JournalEntry {
    switch work {
    case .transition(let transition, let eventID):
      JournalEntry(
        record: transition.isRecorded ? record(eventID, transition, &buffer) : nil,
        change: try codec.change(
          to: transition.creation, from: transition.from, using: &buffer))
    case .event(let event):
      JournalEntry(record: JournalRecord(event, using: &buffer))
    case .purge(let time, let limit):
      JournalEntry(change: .purge(settledBefore: time, limit: limit))
    case .upkeep(let upkeep, let event):
      JournalEntry(record: event.map { JournalRecord($0) }, upkeep: upkeep)
    }
  }

  /// What was kept for the time behind work that was not stored.
  func forget(_ work: JournalWork) {
    if case .transition(let transition, _) = work { names.forget(transition.creation) }
  }

  private func record(
    _ id: Identifier, _ transition: CreationTransition, _ buffer: inout [UInt8]
  ) -> JournalRecord {
    JournalRecord(
      AuditEvent(id: id, transition: transition, names: names.hashes(of: transition.creation)),
      using: &buffer)
  }
}
