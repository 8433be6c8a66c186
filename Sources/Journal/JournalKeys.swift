import Crypto
import Foundation
import Provisioning

/// The keys of a journal, in a directory of their own: whoever has only the database learns nothing
/// of a person from it.
///
/// Layout: one file of 32 random bytes for each key. `hmac-<epoch>.key` hashes user names in the
/// audit trail, `seal-<epoch>.key` encrypts what recovery and replay need; this release writes epoch
/// 1, and the epoch stands beside what a key has made, so that later ones can be added.
/// `identity.key` tells requests and names in flight apart; it is never changed, else two epochs
/// would let the same name through. ``PasswordKeys`` has files of its own.
struct JournalKeys: Sendable {
  /// The epoch under which user names are hashed and creations sealed.
  static let currentEpoch = 1
  /// 256 bits: the block of security that HMAC-SHA256 can use.
  static let keyByteCount = 32

  private let hmac: SymmetricKey
  private let seal: SymmetricKey
  // Ready to hash: keying costs two blocks, and every creation has some hashes.
  private let users: HMAC<SHA256>
  private let requests: HMAC<SHA256>
  private let names: HMAC<SHA256>
  let pageToken: SymmetricKey
  let passwords: PasswordKeys

  init(
    hmac: SymmetricKey, identity: SymmetricKey, seal: SymmetricKey, passwords: PasswordKeys
  ) {
    self.passwords = passwords
    self.hmac = hmac
    self.seal = seal
    users = HMAC(key: hmac)
    pageToken = Self.derived(from: hmac, "provisiond journal page token 1")
    requests = HMAC(
      key: Self.derived(from: identity, "provisiond journal request fingerprint 1"))
    names = HMAC(key: Self.derived(from: identity, "provisiond journal name claim 1"))
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
      return JournalKeys(
        hmac: try key("hmac-\(currentEpoch).key", directory, mayCreate: mayCreate),
        identity: try key("identity.key", directory, mayCreate: mayCreate),
        seal: try key("seal-\(currentEpoch).key", directory, mayCreate: mayCreate),
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

  private static func key(
    _ name: String, _ directory: String, mayCreate: Bool
  ) throws -> SymmetricKey {
    try key(path: directory + "/" + name, directory: directory, mayCreate: mayCreate)
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
      throw JournalOpenError.keys(
        directory: directory,
        problem: "\(name) is missing, and the journal has records under it")
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
  func fingerprint(ofRequest bytes: [UInt8]) -> KeyedHash {
    var code = requests
    code.update(data: bytes)
    return KeyedHash(bytes: Array(code.finalize()))
  }

  /// Of a name that only one creation at a time may be in flight for.
  func claim(_ kind: NameKind, _ name: String) -> KeyedHash {
    var code = names
    code.update(data: [kind.rawValue] as [UInt8])
    code.update(data: Array(name.utf8))
    return KeyedHash(bytes: Array(code.finalize()))
  }

  /// Encrypts under the current epoch (ChaCha20-Poly1305, RFC 8439).
  ///
  /// - Parameter context: what the content belongs to; it opens with the same only.
  func seal(_ content: [UInt8], context: [UInt8]) throws -> Data {
    try ChaChaPoly.seal(content, using: seal, authenticating: context).combined
  }

  func open(_ sealed: Data, context: [UInt8]) throws -> Data {
    try ChaChaPoly.open(
      ChaChaPoly.SealedBox(combined: sealed), using: seal, authenticating: context)
  }

  /// What the database keeps of the key to notice that another journal's keys were given.
  var fingerprint: String {
    hexadecimal(
      HMAC<SHA256>.authenticationCode(for: Data("provisiond journal key 1".utf8), using: hmac))
  }

  /// A fingerprint of each key: replicas that share a journal must have all of them in common.
  var fingerprints: [(name: String, value: String)] {
    let purpose = Data("provisiond journal key 1".utf8)
    return [
      ("key_fingerprint_1", fingerprint),
      (
        "seal_fingerprint_1",
        hexadecimal(HMAC<SHA256>.authenticationCode(for: purpose, using: seal))
      ),
      ("identity_fingerprint", hexadecimal(fingerprint(ofRequest: Array(purpose)).bytes)),
    ]
  }

  /// HMAC-SHA256 of pool id, a zero byte and user name, in lower-case hexadecimal.
  func pseudonym(pool: UserPool, username: String) -> String {
    var name: [UInt8] = []
    name.reserveCapacity(pool.id.utf8.count + 1 + username.utf8.count)
    name.append(utf8Of: pool.id)
    name.append(0)
    name.append(utf8Of: username)
    var code = users
    code.update(data: name)
    return hexadecimal(code.finalize())
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
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(64)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 0xF)])
  }
  return String(decoding: text, as: UTF8.self)
}
