import Crypto
import Foundation
import Provisioning
import Text

/// The keys of a journal, in a directory of their own: whoever has only the database learns nothing
/// of a person from it.
///
/// Layout: one file of 32 random bytes for each key. Those that hash names in the audit trail and
/// seal what recovery and replay need are those of an epoch (``KeyFolder``); the epoch stands beside
/// what its keys have made. `identity.key` tells requests and names in flight apart, and is never
/// changed, else two epochs would let the same name through. ``PasswordKeys`` has files of its own.
struct JournalKeys: Sendable {
  /// 256 bits: the block of security that HMAC-SHA256 can use.
  static let keyByteCount = 32
  /// Of the number of the epoch, in network order, before what was sealed under it.
  private static let epochByteCount = 4

  /// Nothing opens what was sealed: it was erased, or the keys of its epoch were destroyed.
  struct Erased: Error {}
  /// It names an epoch that never was.
  struct Damaged: Error {}

  let ring: KeyRing
  private let requests: PreparedHMAC
  private let names: PreparedHMAC
  let pageToken: SymmetricKey
  let passwords: PasswordKeys

  init(ring: KeyRing, identity: SymmetricKey, passwords: PasswordKeys) {
    self.ring = ring
    self.passwords = passwords
    pageToken = Self.derived(from: identity, "provisiond journal page token 1")
    requests = PreparedHMAC(
      key: Self.derived(from: identity, "provisiond journal request fingerprint 1"))
    names = PreparedHMAC(key: Self.derived(from: identity, "provisiond journal name claim 1"))
  }

  private static func derived(from key: SymmetricKey, _ purpose: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: keyByteCount)
  }

  /// Reads the keys, or makes them.
  ///
  /// - Parameter mayCreate: only true for a database without records: keys that went missing are
  ///   never made anew, for every search by user name would then silently find nothing.
  static func open(directory: String, mayCreate: Bool) throws(JournalOpenError) -> JournalKeys {
    do {
      if let mode = try POSIXFile.mode(of: directory) {
        guard mode & 0o022 == 0 else {
          throw JournalOpenError.keys(
            directory: directory, problem: "the directory is writable by others; use chmod 700")
        }
      } else if mayCreate {
        try POSIXFile.createDirectory(directory, mode: 0o700)
      }
      let folder = KeyFolder(directory: directory)
      var epochs = try folder.epochs(mayCreate: mayCreate)
      if epochs.isEmpty, mayCreate {
        epochs = [try folder.make((try folder.destroyed().max() ?? 0) + 1)]
      }
      guard let current = epochs.last else { throw missing("hmac-1.key", directory) }
      return JournalKeys(
        ring: KeyRing(live: epochs, current: current, folder: folder),
        identity: try key(
          path: directory + "/identity.key", directory: directory, mayCreate: mayCreate),
        passwords: PasswordKeys(directory: directory))
    } catch let failure as POSIXFile.Failure {
      if failure.isOfTheDisk { throw JournalOpenError(failure, path: directory) }
      throw .keys(directory: directory, problem: failure.reason)
    } catch let error as JournalOpenError {
      throw error
    } catch {
      throw .keys(directory: directory, problem: "the keys cannot be read")
    }
  }

  static func missing(_ file: String, _ directory: String) -> JournalOpenError {
    .keys(
      directory: directory, problem: "\(file) is missing, and the journal has records under it")
  }

  /// Reads one key, or makes it. Of the replicas that share a folder one makes it, the others read it.
  static func key(path file: String, directory: String, mayCreate: Bool) throws -> SymmetricKey {
    if mayCreate, try POSIXFile.mode(of: file) == nil {
      let lock = try POSIXFile.lock(directory: directory)
      defer { close(lock) }
      if try POSIXFile.mode(of: file) == nil { try create(file) }
    }
    let name = (file as NSString).lastPathComponent
    guard let mode = try POSIXFile.mode(of: file) else {
      throw missing(name, directory)
    }
    guard mode & 0o077 == 0 else {
      throw JournalOpenError.keys(
        directory: directory, problem: "\(name) is accessible by others; use chmod 600")
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw JournalOpenError.keys(directory: directory, problem: "\(name) cannot be read")
    }
    guard data.count == keyByteCount else {
      throw JournalOpenError.keys(
        directory: directory,
        problem: "\(name) is damaged: it must have \(keyByteCount) bytes")
    }
    return SymmetricKey(data: data)
  }

  private static func create(_ file: String) throws(POSIXFile.Failure) {
    let bytes = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Array($0) }
    try POSIXFile.createDurably(file, content: bytes, mode: 0o600)
  }

  /// Of a request's canonical bytes. Keyed, because the password is among them: a plain hash would
  /// let whoever has the database try passwords.
  func fingerprint(ofRequest bytes: Sensitive) -> KeyedHash {
    bytes.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { KeyedHash(bytes: unsafe requests.code(of: $0)) }
    }
  }

  /// Of a name that only one creation at a time may be in flight for.
  func claim(_ kind: NameKind, _ name: String) -> KeyedHash {
    var text: [UInt8] = []
    text.reserveCapacity(1 + name.utf8.count)
    text.append(kind.rawValue)
    text.append(utf8Of: name)
    return KeyedHash(bytes: names.code(of: text))
  }

  /// Encrypts under the current epoch, whose number is put before it.
  ///
  /// - Parameter context: what the content belongs to; it opens with the same only.
  func seal(_ content: [UInt8], context: [UInt8]) throws -> Data {
    let epoch = ring.current
    var sealed = Data(capacity: Self.epochByteCount + content.count + 64)
    unsafe withUnsafeBytes(of: UInt32(truncatingIfNeeded: epoch.number).bigEndian) {
      unsafe sealed.append(contentsOf: $0)
    }
    sealed.append(try epoch.seal(content, context: context))
    return sealed
  }

  /// - Throws: ``Erased`` where the content is gone for good; another error where it is damaged.
  func open(_ sealed: Data, context: [UInt8]) throws -> Data {
    guard !sealed.isEmpty else { throw Erased() }
    let number = Self.epoch(of: sealed)
    guard let epoch = try ring.epoch(number) else {
      guard (1..<ring.current.number).contains(number) else { throw Damaged() }
      throw Erased()
    }
    return try epoch.open(sealed.dropFirst(Self.epochByteCount), context: context)
  }

  /// The epoch that something was sealed under; 0 where there is nothing.
  static func epoch(of sealed: Data) -> Int {
    guard sealed.count > epochByteCount else { return 0 }
    return sealed.prefix(epochByteCount).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Fingerprints of the keys that are there: replicas that share a journal must have all of them in
  /// common.
  var fingerprints: [(name: String, value: String)] {
    let purpose = Sensitive("provisiond journal key 1")
    return ring.live.flatMap(\.fingerprints) + [
      ("identity_fingerprint", hexadecimal(fingerprint(ofRequest: purpose).bytes))
    ]
  }

  /// The hashes of a user's names under the current epoch.
  func hashes(of specification: UserSpecification) -> NameHashes {
    ring.current.hashes(of: specification)
  }

  /// The hash of a user name under the current epoch, in lower-case hexadecimal.
  func pseudonym(pool: UserPool, username: String) -> String {
    ring.current.hash(.user(username), in: pool)
  }

  /// Under every epoch that lives, the newest first: what a search has to look for.
  func pseudonyms(pool: UserPool, username: String) -> [String] {
    ring.live.reversed().map { $0.hash(.user(username), in: pool) }
  }
}

/// What a name is, so that equal texts of different kinds are different claims.
enum NameKind: UInt8 {
  case user = 1
  case email = 2
  case phone = 3
}

/// Lower-case hexadecimal text of a digest.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  var text: [UInt8] = []
  text.reserveCapacity(2 * bytes.underestimatedCount)
  text.append(hexadecimal: bytes)
  return String(decoding: text, as: UTF8.self)
}
