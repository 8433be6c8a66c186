import Crypto
import Foundation

/// The files of the epochs' keys. `hmac-<epoch>.key` and `seal-<epoch>.key` are there while the epoch
/// lives; `epoch-<epoch>.destroyed`, which is empty, says that they are gone on purpose: so that a
/// database that was restored from before still opens.
struct KeyFolder: Sendable {
  let directory: String

  /// The epochs whose keys are there, in their order.
  ///
  /// - Parameter mayCreate: makes a second key that is missing.
  /// - Throws: where a key of one is missing or cannot be used.
  func epochs(mayCreate: Bool = false) throws -> [KeyEpoch] {
    let files = try names()
    let destroyed = numbers(files, "epoch-", ".destroyed")
    return try numbers(files, "hmac-", ".key").subtracting(destroyed).sorted().map {
      try mayCreate ? make($0) : epoch($0)
    }
  }

  /// Those whose keys were destroyed.
  func destroyed() throws -> Set<Int> { numbers(try names(), "epoch-", ".destroyed") }

  /// Makes the keys of an epoch, or reads those that a rotation has left which was cut off.
  func make(_ number: Int) throws -> KeyEpoch {
    // The one that makes the epoch count comes last.
    _ = try key("seal", number, mayCreate: true)
    _ = try key("hmac", number, mayCreate: true)
    return try epoch(number)
  }

  /// Removes the keys of an epoch for good. Doing it again is no error.
  func destroy(_ number: Int) throws(POSIXFile.Failure) {
    try POSIXFile.createIfMissing(directory + "/epoch-\(number).destroyed", mode: 0o600)
    for kind in ["hmac", "seal"] {
      let path = path(kind, number)
      if try POSIXFile.mode(of: path) != nil { try POSIXFile.remove(path) }
    }
  }

  private func epoch(_ number: Int) throws -> KeyEpoch {
    KeyEpoch(
      number: number, hmac: try key("hmac", number, mayCreate: false),
      seal: try key("seal", number, mayCreate: false))
  }

  private func key(_ kind: String, _ number: Int, mayCreate: Bool) throws -> SymmetricKey {
    try JournalKeys.key(path: path(kind, number), directory: directory, mayCreate: mayCreate)
  }

  private func path(_ kind: String, _ number: Int) -> String {
    "\(directory)/\(kind)-\(number).key"
  }

  private func names() throws -> [String] {
    guard try POSIXFile.mode(of: directory) != nil else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: directory)
  }

  private func numbers(_ names: [String], _ prefix: String, _ suffix: String) -> Set<Int> {
    Set(
      names.compactMap { name in
        guard name.hasPrefix(prefix), name.hasSuffix(suffix),
          name.count > prefix.count + suffix.count,
          let number = Int(name.dropFirst(prefix.count).dropLast(suffix.count)), number > 0
        else { return nil }
        return number
      })
  }
}
