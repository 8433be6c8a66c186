import Provisioning

/// Takes out of a journal what is sealed of one creation: what was asked for, and what was answered.
/// Its records stay; they name nobody but by keyed hashes.
struct CreationErasure: Sendable {
  let store: any CreationStore
  let writer: GroupCommitWriter
  let clock: any WallClock
  let identifiers: any IdentifierSource

  /// Doing it again is no error.
  ///
  /// - Parameter name: of the operator, for the record.
  func erase(_ id: Identifier, by name: String) async throws(OperatorRefusal) {
    guard let creation = try await creation(id), !creation.isErased else { return }
    guard creation.state.isSettled else {
      throw OperatorRefusal(
        "the creation \(id) is \(creation.state.rawValue): what is sealed of it is needed to find "
          + "its verdict")
    }
    var event = AuditEvent(
      id: identifiers.next(), ofService: .erased, by: name,
      wallMicroseconds: clock.now().microseconds)
    event.creationID = id
    event.organization = creation.intent.organization
    switch await writer.append(.upkeep(.erase(id), event), .intent) {
    case .durable: return
    case .refused: throw OperatorRefusal("the creation \(id) has just been changed; try again")
    case .failed(let error): throw OperatorRefusal(error)
    }
  }

  private func creation(_ id: Identifier) async throws(OperatorRefusal) -> Creation? {
    let found: Creation?
    do throws(JournalError) {
      found = try await store.creation(id)
    } catch {
      throw OperatorRefusal(error)
    }
    guard let found else {
      throw OperatorRefusal(
        "there is no creation \(id); what was sealed of one goes with it seven days after its end")
    }
    return found
  }
}
