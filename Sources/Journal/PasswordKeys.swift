import Crypto
import Foundation
import Provisioning
import Synchronization

/// The keys that temporary passwords are derived from: one for each day (UTC), so that what is sent
/// again for a creation has the password of the first attempt, and destroyed when that day and the
/// next are over, so that nobody can derive it for longer.
///
/// Layout: `password-<day>.key` beside the other keys, days counted from the Unix epoch. Destroyed
/// means removed: a disk that keeps old blocks, or a backup, keeps them longer.
final class PasswordKeys: Sendable {
  /// Days behind its own on which a key is still there.
  private static let keptDays: Int64 = 1
  private static let dayMicroseconds: Int64 = 86_400_000_000

  private let directory: String
  private let keys = Mutex<[Int64: SymmetricKey]>([:])
  /// For a creation whose day has no key any more, and where none can be kept.
  private let fallback = SymmetricKey(size: .bits256)

  init(directory: String) {
    self.directory = directory
  }

  /// Makes the keys of today and tomorrow where they are missing, and destroys those whose time is
  /// over. Blocks.
  ///
  /// - Parameter now: microseconds of the Unix epoch.
  func rotate(now: Int64) throws {
    let today = Self.day(of: now)
    var found: [Int64: SymmetricKey] = [:]
    for day in try days() where day < today - Self.keptDays {
      try POSIXFile.remove(file(of: day))
    }
    for day in today - Self.keptDays...today + 1 {
      let path = file(of: day)
      if try POSIXFile.mode(of: path) == nil, day < today { continue }
      found[day] = try JournalKeys.key(
        path: path, directory: directory, mayCreate: day >= today)
    }
    keys.withLock { $0 = found }
  }

  /// - Parameter time: when the creation was made, in microseconds of the Unix epoch.
  func numbers(of creation: Identifier, createdAt time: Int64) -> some RandomSource {
    let key = keys.withLock { $0[Self.day(of: time)] } ?? fallback
    return DerivedNumbers(key: key, purpose: "provisiond temporary password 1", of: creation)
  }

  private static func day(of time: Int64) -> Int64 { time / dayMicroseconds }

  private func file(of day: Int64) -> String { directory + "/password-\(day).key" }

  private func days() throws -> [Int64] {
    try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { name in
      guard name.hasPrefix("password-"), name.hasSuffix(".key") else { return nil }
      return Int64(name.dropFirst("password-".count).dropLast(".key".count))
    }
  }
}

/// Numbers that look random to everybody without the key, and are the same each time: HKDF-SHA256
/// (RFC 5869) of the key, for one purpose and one creation.
private final class DerivedNumbers: RandomSource {
  private struct State {
    var words: [UInt64] = []
    /// Blocks that were derived so far.
    var count: UInt32 = 0
  }

  private let key: SymmetricKey
  private let context: [UInt8]
  private let state = Mutex(State())

  init(key: SymmetricKey, purpose: String, of creation: Identifier) {
    self.key = key
    context = Array(purpose.utf8) + creation.bytes
  }

  func next() -> UInt64 {
    state.withLock { state in
      if state.words.isEmpty {
        state.words = block(state.count)
        state.count += 1
      }
      return state.words.removeLast()
    }
  }

  /// 256 bytes: more than a password of 20 characters takes.
  private func block(_ number: UInt32) -> [UInt64] {
    let counter = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    let derived = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, info: Data(context + counter), outputByteCount: 256)
    return unsafe derived.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map { start in
        unsafe bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
      }
    }
  }
}
