import Provisioning

/// What operators may do with a journal whatever database it is in, each with its record.
struct JournalOperation: Sendable {
  let creations: any CreationStore
  let keys: KeyAdministration
  let signer: CheckpointSigner
  let writer: GroupCommitWriter
  let clock: any WallClock
  let identifiers: any IdentifierSource

  func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal) {
    try await OperatorResolution(store: creations, clock: clock).resolve(id, as: verdict, by: name)
  }

  func erase(_ id: Identifier, by name: String) async throws(OperatorRefusal) {
    try await CreationErasure(
      store: creations, writer: writer, clock: clock, identifiers: identifiers
    ).erase(id, by: name)
  }

  /// Makes the next key that checkpoints are signed with.
  ///
  /// - Returns: the public keys, the newest first.
  func rotateCheckpointKey(by name: String) async throws(OperatorRefusal) -> [NoteVerifierKey] {
    do {
      try signer.rotate()
    } catch {
      throw OperatorRefusal("the next key of checkpoints cannot be made")
    }
    do {
      try await record(.keysRotated, by: name, reason: "CHECKPOINT")
    } catch {
      throw OperatorRefusal(
        "the next key of checkpoints was made, but that is not recorded: \(error)")
    }
    return signer.verifierKeys
  }

  /// Records something that was done; durable when it returns.
  func record(
    _ kind: AuditEvent.Kind, by name: String, reason: String? = nil
  ) async throws(OperatorRefusal) {
    var event = AuditEvent(
      id: identifiers.next(), ofService: kind, by: name,
      wallMicroseconds: clock.now().microseconds)
    event.reason = reason
    switch await writer.append(.event(event), .intent) {
    case .durable: return
    case .refused: throw OperatorRefusal("the journal refused the record")
    case .failed(let error): throw OperatorRefusal(error)
    }
  }
}
