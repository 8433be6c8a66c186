import Foundation
import Provisioning

/// One epoch of a journal's keys, as an operator sees it. Times are microseconds of the Unix epoch.
package struct KeyEpochStatus: Equatable, Sendable {
  package enum State: String, Sendable {
    /// Names are hashed and creations sealed under it.
    case current = "CURRENT"
    /// Names are looked for, and creations opened, under it.
    case live = "LIVE"
    /// What its keys have made says nothing of anybody any more.
    case destroyed = "DESTROYED"
  }

  package let number: Int
  package let state: State
  package let madeAt: Int64?
  package let destroyedAt: Int64?
}

/// What is done with the epochs of a journal's keys, each step with its record.
struct KeyAdministration: Sendable {
  /// Where replicas share the keys, how long a new epoch has to be there before an earlier one may
  /// go: each of them looks into the folder once a minute.
  static let takeOverTime: Int64 = 120_000_000

  let keys: JournalKeys
  let reader: any KeyUseReader
  let writer: GroupCommitWriter
  let clock: any WallClock
  let identifiers: any IdentifierSource
  /// Whether other processes use the keys, too.
  let isShared: Bool

  /// In ascending order.
  func epochs() async throws(OperatorRefusal) -> [KeyEpochStatus] {
    let entries = try await register().entries
    let live = Set(keys.ring.live.map(\.number))
    let current = keys.ring.current.number
    var known = Dictionary(uniqueKeysWithValues: entries.map { ($0.number, $0) })
    for number in live where known[number] == nil { known[number] = .init(number: number) }
    return known.values.sorted { $0.number < $1.number }.map { entry in
      let state: KeyEpochStatus.State =
        entry.number == current ? .current : live.contains(entry.number) ? .live : .destroyed
      return KeyEpochStatus(
        number: entry.number, state: state, madeAt: entry.madeAt, destroyedAt: entry.destroyedAt)
    }
  }

  /// Makes the next epoch, which is the current one from then on.
  ///
  /// - Parameter name: of the operator, for the record; `nil`: the service by itself.
  /// - Returns: its number.
  func rotate(by name: String?) async throws(OperatorRefusal) -> Int {
    let last = try await register().entries.last?.number ?? 0
    let epoch: KeyEpoch
    do {
      guard let folder = keys.ring.folder else {
        throw OperatorRefusal("the keys are in no folder")
      }
      let destroyed = try folder.destroyed().max() ?? 0
      epoch = try folder.make(max(last, destroyed, keys.ring.current.number) + 1)
    } catch {
      throw OperatorRefusal("the keys of a new epoch cannot be made: \(Self.reason(error))")
    }
    try await register(epoch, by: name)
    return epoch.number
  }

  /// Destroys the keys of an epoch: the names that it has hashed are found no more, and what it has
  /// sealed is opened no more. Every record and every proof stays as it is.
  func destroy(_ number: Int, by name: String) async throws(OperatorRefusal) {
    let ring = keys.ring
    try checkDestruction(of: number, in: try await register())
    let count: Int
    do throws(JournalError) {
      count = try await reader.openCreations(sealedThrough: number)
    } catch {
      throw OperatorRefusal(error)
    }
    guard count == 0 else {
      throw OperatorRefusal(
        "\(count) creations under way or in doubt are sealed under epoch \(number) or before it; "
          + "wait for their verdicts, or give them")
    }
    // Recorded first: a start on what a crash leaves here ends the destruction.
    let now = clock.now().microseconds
    try await write(
      KeyRegister.rows(destroying: number, at: now), .keysDestroyed, epoch: number, by: name)
    do {
      try ring.folder?.destroy(number)
      try ring.refresh()
    } catch {
      throw OperatorRefusal(
        "the destruction of epoch \(number) is recorded, but its files cannot be removed: "
          + "\(Self.reason(error)); the next start tries again")
    }
  }

  private func checkDestruction(
    of number: Int, in register: KeyRegister
  ) throws(OperatorRefusal) {
    let current = keys.ring.current.number
    guard number < current else {
      throw OperatorRefusal(
        number == current
          ? "epoch \(number) is the current one; rotate first" : "there is no epoch \(number)")
    }
    guard keys.ring.live.contains(where: { $0.number == number }) else {
      throw OperatorRefusal("the keys of epoch \(number) are not there any more")
    }
    guard isShared else { return }
    let newest = register.entries.last { $0.number == current }?.madeAt
    guard let newest, clock.now().microseconds - newest >= Self.takeOverTime else {
      throw OperatorRefusal(
        "other replicas may not use epoch \(current) yet; try again in two minutes")
    }
  }

  /// What is due: takes in what other replicas have done, registers what is new, and makes the next
  /// epoch when the current one is old enough.
  func maintain(rotatingAfter age: Duration?) async throws(OperatorRefusal) {
    do {
      try keys.ring.refresh()
    } catch {
      throw OperatorRefusal("the keys cannot be read: \(Self.reason(error))")
    }
    let entries = try await register().entries
    for epoch in keys.ring.live
    where entries.first(where: { $0.number == epoch.number })?.madeAt == nil {
      try await register(epoch, by: nil)
    }
    let current = keys.ring.current.number
    guard let age, let madeAt = entries.first(where: { $0.number == current })?.madeAt,
      clock.now().microseconds - madeAt >= age.microseconds
    else { return }
    _ = try await rotate(by: nil)
  }

  private func register() async throws(OperatorRefusal) -> KeyRegister {
    do throws(JournalError) {
      return KeyRegister(meta: try await reader.meta())
    } catch {
      throw OperatorRefusal(error)
    }
  }

  private func register(_ epoch: KeyEpoch, by name: String?) async throws(OperatorRefusal) {
    // The first epoch is that of a new journal, which says nothing of it.
    let now = clock.now().microseconds
    try await write(
      KeyRegister.rows(making: epoch, at: now), epoch.number == 1 ? nil : .keysRotated,
      epoch: epoch.number, by: name)
    do {
      try keys.ring.refresh()
    } catch {
      throw OperatorRefusal("the new keys cannot be read: \(Self.reason(error))")
    }
  }

  private func write(
    _ rows: [(name: String, value: String)], _ kind: AuditEvent.Kind?, epoch: Int, by name: String?
  ) async throws(OperatorRefusal) {
    let event = kind.map { kind in
      var event = AuditEvent(
        id: identifiers.next(), ofService: kind, by: name,
        wallMicroseconds: clock.now().microseconds)
      event.keyEpoch = epoch
      return event
    }
    switch await writer.append(.upkeep(.register(rows), event), .intent) {
    case .durable: return
    // Another replica was first.
    case .refused: return
    case .failed(let error): throw OperatorRefusal(error)
    }
  }

  /// Without the path of a file.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let failure as POSIXFile.Failure: failure.reason
    case let error as JournalOpenError: error.description
    case let refusal as OperatorRefusal: refusal.description
    default: "unknown error"
    }
  }
}
