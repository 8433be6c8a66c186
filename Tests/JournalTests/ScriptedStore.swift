import Dispatch
import Synchronization

@testable import Journal
@testable import Provisioning

/// A store that answers what it was told to, and commits when it was told nothing.
final class ScriptedStore: RecordStore {
  let results = Mutex<[GroupResult]>([])
  let idleWork = Mutex<[IdleWork]>([])
  let stored = Mutex<[Identifier]>([])
  let calls = Mutex(0)
  let largestGroup = Mutex(0)
  let isClosed = Mutex(false)
  private let hold = DispatchSemaphore(value: 1)

  /// Holds the writer up inside its next commit.
  func holdUp() { hold.wait() }
  func letGo() { hold.signal() }

  func commit(_ group: [JournalEntry]) -> GroupResult {
    calls.withLock { $0 += 1 }
    hold.wait()
    defer { hold.signal() }
    largestGroup.withLock { $0 = max($0, group.count) }
    let result = results.withLock { $0.isEmpty ? .committed(refusals: [:]) : $0.removeFirst() }
    if case .committed = result {
      stored.withLock { $0 += group.compactMap { $0.record?.event.id } }
    }
    return result
  }

  func doIdleWork() -> IdleWork {
    idleWork.withLock { $0.isEmpty ? .none : $0.removeFirst() }
  }

  func close() { isClosed.withLock { $0 = true } }
}
