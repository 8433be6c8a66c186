import Foundation

/// What a journal's own table `meta` says of its keys: which epochs there are or were, and the
/// fingerprints by which the keys of another journal are told.
struct KeyRegister: Sendable {
  /// One epoch. Times are microseconds of the Unix epoch.
  struct Entry: Equatable, Sendable {
    var number: Int
    /// `nil` until the first start on it has said so.
    var madeAt: Int64?
    var destroyedAt: Int64?
  }

  private let meta: [String: String]
  /// In ascending order.
  let entries: [Entry]

  init(meta: [String: String]) {
    self.meta = meta
    let numbers = meta.keys.flatMap { name in
      [KeyEpoch.hmacFingerprintPrefix, Self.destroyedPrefix].compactMap { prefix in
        name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) : nil
      }
    }
    entries = Set(numbers).sorted().map { number in
      Entry(
        number: number, madeAt: meta[Self.madeName(number)].flatMap { Int64($0) },
        destroyedAt: meta[Self.destroyedName(number)].flatMap { Int64($0) })
    }
  }

  /// The rows that say when epochs were made and destroyed, for another database with the same keys.
  var times: [(name: String, value: String)] {
    entries.flatMap { entry in
      [Self.madeName(entry.number), Self.destroyedName(entry.number)].compactMap { name in
        meta[name].map { (name, $0) }
      }
    }
  }

  /// The rows that say that an epoch was made.
  static func rows(making epoch: KeyEpoch, at time: Int64) -> [(name: String, value: String)] {
    epoch.fingerprints + [(madeName(epoch.number), String(time))]
  }

  /// The rows that say that an epoch was destroyed.
  static func rows(destroying number: Int, at time: Int64) -> [(name: String, value: String)] {
    [(destroyedName(number), String(time))]
  }

  private static func madeName(_ number: Int) -> String { "key_made_\(number)" }

  private static func destroyedName(_ number: Int) -> String { "\(destroyedPrefix)\(number)" }

  private static let destroyedPrefix = "key_destroyed_"

  /// Holds the keys of a folder against the register, and ends a destruction that was cut off.
  ///
  /// - Throws: where a key is missing that was not destroyed, or is another journal's.
  func check(_ keys: JournalKeys, directory: String) throws {
    let given = Dictionary(uniqueKeysWithValues: keys.fingerprints.map { ($0.name, $0.value) })
    let live = Set(keys.ring.live.map(\.number))
    let destroyed = try keys.ring.folder?.destroyed() ?? []
    for entry in entries where entry.destroyedAt == nil && !destroyed.contains(entry.number) {
      guard live.contains(entry.number) else {
        throw JournalKeys.missing("hmac-\(entry.number).key", directory)
      }
    }
    guard !entries.isEmpty, given.allSatisfy({ meta[$0.key] == nil || meta[$0.key] == $0.value })
    else {
      throw JournalOpenError.keys(
        directory: directory, problem: "these are the keys of another journal")
    }
    for entry in entries where entry.destroyedAt != nil && live.contains(entry.number) {
      try keys.ring.folder?.destroy(entry.number)
    }
    try keys.ring.refresh()
  }
}
