/// One change of a creation, durable as a whole with its record in the audit trail, or not at all.
/// An object, because it goes from hand to hand.
package final class CreationTransition: Equatable, Sendable {
  /// What the change rests on; `nil` for a new creation.
  package let from: CreationStamp?
  package let creation: Creation
  /// Whether the audit trail gets a record of it. A lease that only changes hands has none.
  package let isRecorded: Bool
  /// How long the attempt took that ended with this change.
  package let duration: Duration?
  /// Who gave the verdict, where an operator did.
  package let operatorName: String?

  package init(
    from: CreationStamp?, creation: Creation, isRecorded: Bool = true, duration: Duration? = nil,
    operatorName: String? = nil
  ) {
    self.from = from
    self.creation = creation
    self.isRecorded = isRecorded
    self.duration = duration
    self.operatorName = operatorName
  }

  package static func == (a: CreationTransition, b: CreationTransition) -> Bool {
    a.from == b.from && a.creation == b.creation && a.isRecorded == b.isRecorded
      && a.duration == b.duration && a.operatorName == b.operatorName
  }
}

/// What became of a change. All but the first wrote nothing. Indirect, so that the frames of tasks
/// that wait for a write have no room for a creation.
package indirect enum CreationWriteResult: Equatable, Sendable {
  /// Durable.
  case written
  /// A new creation found its key (caller and request id) taken by this one.
  case keyTaken(Creation)
  /// Another creation in flight has one of the names: user, e-mail address or phone number.
  case nameTaken(Creation)
  /// The creation is not as the change took it to be, but as this one; `nil` when there is none.
  case superseded(Creation?)
}

/// A user name in a pool, as creations claim it.
package struct NameInPool: Hashable, Sendable {
  package var poolID: String
  package var user: KeyedHash

  package init(poolID: String, user: KeyedHash) {
    self.poolID = poolID
    self.user = user
  }
}

/// Where creations are kept. Every replica of the service works on one store; what a store promises
/// is held by one test suite that all of them pass.
///
/// - A write that returned is durable, and every later read of any replica sees it.
/// - A change is refused unless the row has its `from` still: of two changes on the same stamp one
///   is written.
/// - A key is unique until its row is purged. A name claim is unique among rows whose state
///   ``CreationState/holdsNames``, in one pool.
package protocol CreationStore: Sendable {
  /// Takes a place for a creation that is about to begin, so that its outcome finds room whatever
  /// comes after it. ``leave()`` gives it back.
  func admit() throws(JournalError)
  func leave()

  /// - Parameter latest: up to when the outcome of something that has happened is waited for while
  ///   the store takes no records. It is written when the store takes records again, whatever its
  ///   writer was told. `nil`: it is dropped, because its writer tries again by itself.
  /// - Throws: ``JournalError/unavailable(_:)`` when it is sure that nothing was written,
  ///   ``JournalError/outcomeNotRecorded(_:)`` when that is not sure.
  func write(
    _ transition: CreationTransition, until latest: ContinuousClock.Instant?
  ) async throws(JournalError) -> CreationWriteResult

  func creation(_ key: CreationKey) async throws(JournalError) -> Creation?

  func creation(_ id: Identifier) async throws(JournalError) -> Creation?

  /// Creations that somebody has to look after: under way or in doubt, with a lease that ended
  /// before `time`. Those that wait longest come first.
  ///
  /// - Parameter limit: at most so many.
  func abandoned(
    before time: Int64, limit: Int
  ) async throws(JournalError) -> [Creation]

  /// Creations that made a user of this name (SUCCEEDED, RECONCILED_CREATED), last changed at `time`
  /// or later. Few: asked only on the way to a verdict.
  func creators(
    of name: NameInPool, since time: Int64
  ) async throws(JournalError) -> [Creation]

  /// Removes settled creations that were last changed before a time, so that their keys are free
  /// again. Those in doubt are kept however old they are.
  func purge(settledBefore time: Int64, limit: Int) async throws(JournalError)
}

extension CreationStore {
  /// As ``write(_:until:)``, for one who tries again by itself.
  package func write(
    _ transition: CreationTransition
  ) async throws(JournalError) -> CreationWriteResult {
    try await write(transition, until: nil)
  }
}
