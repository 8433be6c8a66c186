import Provisioning

/// An operator's verdict on a creation that nothing else could resolve. The change rests on the
/// creation as it was read, so that a verdict of the reconciliation that comes in between wins.
struct OperatorResolution: Sendable {
  /// A lease that changes hands meanwhile is no reason to bother the operator.
  private static let attempts = 5

  let store: any CreationStore
  let clock: any WallClock

  /// - Parameter name: of the operator, for the record.
  func resolve(
    _ id: Identifier, as verdict: OperatorVerdict, by name: String
  ) async throws(OperatorRefusal) {
    do throws(JournalError) {
      try store.admit()
    } catch {
      throw OperatorRefusal(error)
    }
    defer { store.leave() }
    for _ in 0..<Self.attempts {
      guard let change = try change(of: await creation(id), to: verdict, by: name) else { return }
      if try await write(change) == .written { return }
    }
    throw OperatorRefusal("the creation \(id) changes all the time; try again")
  }

  private func creation(_ id: Identifier) async throws(OperatorRefusal) -> Creation {
    let found: Creation?
    do throws(JournalError) {
      found = try await store.creation(id)
    } catch {
      throw OperatorRefusal(error)
    }
    guard let found else { throw OperatorRefusal("there is no creation \(id)") }
    return found
  }

  private func write(
    _ change: CreationTransition
  ) async throws(OperatorRefusal) -> CreationWriteResult {
    do throws(JournalError) {
      // Nobody else would try again what the operator was told is not sure.
      return try await store.write(change, until: .now)
    } catch {
      throw OperatorRefusal(error)
    }
  }

  /// - Returns: `nil` when the verdict stands already.
  private func change(
    of creation: Creation, to verdict: OperatorVerdict, by name: String
  ) throws(OperatorRefusal) -> CreationTransition? {
    if creation.state == .operatorResolved, creation.operatorVerdict == verdict { return nil }
    // One that is still looked into may come to another end than the operator sees now.
    guard creation.state == .unresolved,
      let step = creation.step(
        .operatorDecided(verdict), now: clock.now().microseconds, leaseEnd: creation.leaseEnd)
    else {
      throw OperatorRefusal(
        "the creation \(creation.id) is \(creation.state.rawValue); "
          + "an operator decides on one that is \(CreationState.unresolved.rawValue)")
    }
    return CreationTransition(
      from: creation.stamp, creation: step.creation, operatorName: name)
  }
}
