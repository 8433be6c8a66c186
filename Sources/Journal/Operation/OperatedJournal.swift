package import Provisioning

/// What operators may ask of a journal, beside the service that has it open or through it. Each
/// change is recorded with the operator's name, and durable when it returns.
package protocol OperatedJournal: Sendable {
  /// Gives the verdict on a creation that is UNRESOLVED. Giving it again is no error.
  func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal)

  /// Removes what is sealed of a settled creation. Doing it again is no error.
  func erase(_ id: Identifier, by name: String) async throws(OperatorRefusal)

  /// The epochs of the journal's keys, in their order.
  func keyEpochs() async throws(OperatorRefusal) -> [KeyEpochStatus]

  /// Makes the next epoch.
  ///
  /// - Returns: its number.
  func rotateKeys(by name: String) async throws(OperatorRefusal) -> Int

  /// Destroys the keys of an epoch for good.
  func destroyKeys(ofEpoch number: Int, by name: String) async throws(OperatorRefusal)

  /// Makes the next key that checkpoints are signed with.
  ///
  /// - Returns: the public keys, the newest first.
  func rotateCheckpointKey(by name: String) async throws(OperatorRefusal) -> [NoteVerifierKey]

  /// Copies the database, without its keys, to a file that is not there yet. All that was durable
  /// when it began is in it.
  ///
  /// - Returns: the records in it.
  func backUp(to path: String, by name: String) async throws(OperatorRefusal) -> Int

  /// Records that an operator exports the trail.
  func recordExport(by name: String) async throws(OperatorRefusal)
}

extension OperatedJournal where Self: StoredJournal {
  package func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal) {
    try await operation.resolve(id, as: verdict, by: name)
  }

  package func erase(_ id: Identifier, by name: String) async throws(OperatorRefusal) {
    try await operation.erase(id, by: name)
  }

  package func keyEpochs() async throws(OperatorRefusal) -> [KeyEpochStatus] {
    try await operation.keys.epochs()
  }

  package func rotateKeys(by name: String) async throws(OperatorRefusal) -> Int {
    try await operation.keys.rotate(by: name)
  }

  package func destroyKeys(
    ofEpoch number: Int, by name: String
  ) async throws(OperatorRefusal) {
    try await operation.keys.destroy(number, by: name)
  }

  package func rotateCheckpointKey(
    by name: String
  ) async throws(OperatorRefusal) -> [NoteVerifierKey] {
    try await operation.rotateCheckpointKey(by: name)
  }

  package func recordExport(by name: String) async throws(OperatorRefusal) {
    try await operation.record(.auditExported, by: name)
  }
}
