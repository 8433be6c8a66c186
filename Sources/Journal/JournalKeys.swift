import Crypto
import Foundation
import Provisioning

/// The keys of a journal, in a directory of their own: whoever has only the database learns nothing
/// of a person from it.
///
/// Layout: one file of 32 random bytes for each key, `hmac-<epoch>.key`. This release writes epoch
/// 1; the epoch stands in each record, so that later ones can be added.
struct JournalKeys: Sendable {
  /// The epoch under which user names are hashed.
  static let currentEpoch = 1
  /// 256 bits: the block of security that HMAC-SHA256 can use.
  static let keyByteCount = 32

  private let hmac: SymmetricKey
  /// Ready to hash: keying costs two blocks, and every record has a hash.
  private let keyed: HMAC<SHA256>
  let pageToken: SymmetricKey

  init(hmac: SymmetricKey) {
    self.hmac = hmac
    keyed = HMAC(key: hmac)
    pageToken = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: hmac, info: Data("provisiond journal page token 1".utf8),
      outputByteCount: Self.keyByteCount)
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
      let file = directory + "/hmac-\(currentEpoch).key"
      guard let mode = try POSIXFile.mode(of: file) else {
        guard mayCreate else {
          throw JournalOpenError.keys(
            directory: directory,
            problem: "hmac-\(currentEpoch).key is missing, and the journal has records under it")
        }
        return try create(file)
      }
      guard mode & 0o077 == 0 else {
        throw JournalOpenError.keys(
          directory: directory,
          problem: "hmac-\(currentEpoch).key is accessible by others; use chmod 600")
      }
      return try read(file, directory: directory)
    } catch let failure as POSIXFile.Failure {
      throw .keys(directory: directory, problem: failure.reason)
    } catch let error as JournalOpenError {
      throw error
    } catch {
      throw .keys(directory: directory, problem: "the keys cannot be read")
    }
  }

  private static func create(_ file: String) throws(POSIXFile.Failure) -> JournalKeys {
    let key = SymmetricKey(size: .bits256)
    let bytes = unsafe key.withUnsafeBytes { unsafe Array($0) }
    try POSIXFile.createDurably(file, content: bytes, mode: 0o600)
    return JournalKeys(hmac: key)
  }

  private static func read(
    _ file: String, directory: String
  ) throws(JournalOpenError) -> JournalKeys {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .keys(directory: directory, problem: "hmac-\(currentEpoch).key cannot be read")
    }
    guard data.count == keyByteCount else {
      throw .keys(
        directory: directory,
        problem: "hmac-\(currentEpoch).key is damaged: it must have \(keyByteCount) bytes")
    }
    return JournalKeys(hmac: SymmetricKey(data: data))
  }

  /// What the database keeps of the key to notice that another journal's keys were given.
  var fingerprint: String {
    hexadecimal(
      HMAC<SHA256>.authenticationCode(for: Data("provisiond journal key 1".utf8), using: hmac))
  }

  /// HMAC-SHA256 of pool id, a zero byte and user name, in lower-case hexadecimal.
  func pseudonym(pool: UserPool, username: String) -> String {
    var name: [UInt8] = []
    name.reserveCapacity(pool.id.utf8.count + 1 + username.utf8.count)
    name.append(utf8Of: pool.id)
    name.append(0)
    name.append(utf8Of: username)
    var code = keyed
    code.update(data: name)
    return hexadecimal(code.finalize())
  }
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
