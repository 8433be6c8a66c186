import Foundation
import Provisioning
import Synchronization

/// The epochs whose keys are there. The newest is the current one: under it names are hashed and
/// creations sealed; under the others they are looked for and opened.
final class KeyRing: Sendable {
  private struct State {
    /// In ascending order; never empty.
    var live: [KeyEpoch]
    var current: KeyEpoch
  }

  /// `nil` for keys that are in memory alone.
  let folder: KeyFolder?
  private let state: Mutex<State>

  /// - Parameter current: the newest of `live`.
  init(live: [KeyEpoch], current: KeyEpoch, folder: KeyFolder?) {
    self.folder = folder
    state = Mutex(State(live: live, current: current))
  }

  var current: KeyEpoch { state.withLock(\.current) }

  /// In ascending order.
  var live: [KeyEpoch] { state.withLock(\.live) }

  /// `nil` for an epoch whose keys are not there any more. One that another replica has just made is
  /// read from the folder.
  ///
  /// - Throws: where the folder cannot be read.
  func epoch(_ number: Int) throws -> KeyEpoch? {
    let (found, newest) = state.withLock { state in
      (state.live.first { $0.number == number }, state.current.number)
    }
    guard found == nil, number > newest else { return found }
    try refresh()
    return state.withLock { state in state.live.first { $0.number == number } }
  }

  /// Takes the epochs as they are in the folder now. Blocks.
  ///
  /// - Throws: where keys cannot be read; those that are known stay.
  func refresh() throws {
    guard let folder else { return }
    let epochs = try folder.epochs()
    guard let last = epochs.last else { return }
    state.withLock { $0 = State(live: epochs, current: last) }
  }
}
