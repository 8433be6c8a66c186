import Crypto
import Foundation
import Synchronization

/// The keys that checkpoints are signed with: `checkpoint-<n>.key` in the folder of the journal's
/// keys, 32 random bytes each. A checkpoint has the signature of the newest key and of the one before
/// it, so that who knows only that one can still tell it.
package final class CheckpointSigner: Sendable {
  /// Keys that sign.
  private static let signatureCount = 2
  /// Between two looks whether there is a new key.
  private static let lookInterval = Duration.seconds(5)

  private struct State {
    /// By their numbers.
    var keys: [Int: NoteSigningKey]
    var lastLook = ContinuousClock.now

    var newest: Int { keys.keys.max() ?? 0 }
  }

  /// The name of the journal, which is also that of its keys.
  let origin: String
  let directory: String
  private let state: Mutex<State>

  /// - Parameter mayCreate: only true for a journal without records.
  package init(origin: String, directory: String, mayCreate: Bool) throws(JournalOpenError) {
    self.origin = origin
    self.directory = directory
    state = Mutex(State(keys: [:]))
    do {
      var keys: [Int: NoteSigningKey] = [:]
      let numbers = try Self.numbers(in: directory)
      for number in numbers.isEmpty ? [1] : numbers {
        keys[number] = try Self.key(number, origin, directory, mayCreate: mayCreate)
      }
      state.withLock { $0.keys = keys }
    } catch let error as JournalOpenError {
      throw error
    } catch let failure as POSIXFile.Failure {
      if failure.isOfTheDisk { throw JournalOpenError(failure, path: directory) }
      throw .keys(directory: directory, problem: failure.reason)
    } catch {
      throw .keys(directory: directory, problem: "the keys of checkpoints cannot be read")
    }
  }

  /// A name for a new journal: no other has it.
  static func newOrigin() -> String {
    let number = (0..<16).map { _ in UInt8.random(in: 0 ... .max) }
    return "provisiond/journal/" + hexadecimal(number)
  }

  private static func numbers(in directory: String) throws -> [Int] {
    try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { name in
      guard name.hasPrefix("checkpoint-"), name.hasSuffix(".key") else { return nil }
      return Int(name.dropFirst("checkpoint-".count).dropLast(".key".count))
    }
  }

  private static func path(_ number: Int, _ directory: String) -> String {
    directory + "/checkpoint-\(number).key"
  }

  private static func key(
    _ number: Int, _ origin: String, _ directory: String, mayCreate: Bool
  ) throws -> NoteSigningKey {
    let seed = try JournalKeys.key(
      path: path(number, directory), directory: directory, mayCreate: mayCreate)
    return try NoteSigningKey(name: origin, seed: unsafe seed.withUnsafeBytes { unsafe Data($0) })
  }

  /// Makes the next key. Services that have the journal open find it within seconds.
  package func rotate() throws {
    try state.withLock { state in
      lookForNewKeys(&state)
      let number = state.newest + 1
      state.keys[number] = try Self.key(number, origin, directory, mayCreate: true)
    }
  }

  /// The public keys of all that are in the folder, the newest first.
  package var verifierKeys: [NoteVerifierKey] {
    state.withLock { state in
      state.keys.sorted { $0.key > $1.key }.map(\.value.verifier)
    }
  }

  func sign(size: Int64, root: TreeHash) throws -> SignedCheckpoint {
    let keys = state.withLock { state in
      if ContinuousClock.now - state.lastLook > Self.lookInterval { lookForNewKeys(&state) }
      return state.keys.sorted { $0.key > $1.key }.prefix(Self.signatureCount).map(\.value)
    }
    return try SignedCheckpoint(
      Checkpoint(origin: origin, size: size, root: root), signedBy: Array(keys))
  }

  /// One that cannot be read is tried again: the others still sign.
  private func lookForNewKeys(_ state: inout State) {
    state.lastLook = .now
    while (try? POSIXFile.mode(of: Self.path(state.newest + 1, directory))) != nil,
      let key = try? Self.key(state.newest + 1, origin, directory, mayCreate: false)
    {
      state.keys[state.newest + 1] = key
    }
  }
}
