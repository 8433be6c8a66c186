import Provisioning
import Synchronization

/// The hashed names of creations under way: the record of an outcome has those of its intent, which
/// need not be hashed again.
final class NamesUnderWay: Sendable {
  private let keys: JournalKeys
  private let hashes = Mutex<[Identifier: NameHashes]>([:])

  init(keys: JournalKeys) {
    self.keys = keys
  }

  /// The creations whose outcome is awaited.
  var count: Int { hashes.withLock(\.count) }

  /// Under the current epoch.
  func hashes(of creation: Creation) -> NameHashes {
    guard creation.state != .intent else {
      let made = keys.hashes(of: creation.intent.specification)
      hashes.withLock { hashes in
        // Those of creations that other replicas decide stay behind: now and then all are forgotten.
        if hashes.count >= GroupCommitWriter.creationLimit { hashes.removeAll() }
        hashes[creation.id] = made
      }
      return made
    }
    if let known = hashes.withLock({ $0.removeValue(forKey: creation.id) }),
      known.epoch == keys.ring.current.number
    {
      return known
    }
    return keys.hashes(of: creation.intent.specification)
  }

  /// Of a creation that gets no outcome, because its intent was not stored.
  func forget(_ creation: Creation) {
    hashes.withLock { _ = $0.removeValue(forKey: creation.id) }
  }
}
