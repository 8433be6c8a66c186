import Crypto
import Foundation
import Provisioning
import Text

/// The two keys of one epoch: one hashes the names of persons in the audit trail, the other seals
/// what recovery and replay need of them. Without these keys nobody finds a person in what they have
/// made, nor opens it.
struct KeyEpoch: Sendable {
  /// From 1.
  let number: Int
  private let hmac: SymmetricKey
  private let seal: SymmetricKey
  private let names: PreparedHMAC

  init(number: Int, hmac: SymmetricKey, seal: SymmetricKey) {
    self.number = number
    self.hmac = hmac
    self.seal = seal
    names = PreparedHMAC(key: hmac)
  }

  /// What a name of a person is. The user name's hash is that of pool id, a zero byte and name; the
  /// others have their kind and another zero byte in between, which no user name can imitate: there
  /// is no U+0000 in one.
  enum Name {
    case user(String)
    /// Compared without case.
    case email(String)
    case phone(String)

    fileprivate func append(to bytes: inout [UInt8]) {
      switch self {
      case .user(let name): bytes.append(utf8Of: name)
      case .email(let address):
        bytes.append(utf8Of: "email\0")
        bytes.append(utf8Of: address.lowercased())
      case .phone(let number):
        bytes.append(utf8Of: "phone_number\0")
        bytes.append(utf8Of: number)
      }
    }
  }

  /// In lower-case hexadecimal.
  func hash(_ name: Name, in pool: UserPool) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    bytes.append(utf8Of: pool.id)
    bytes.append(0)
    name.append(to: &bytes)
    return hexadecimal(names.code(of: bytes))
  }

  func hashes(of specification: UserSpecification) -> NameHashes {
    func value(_ attribute: String) -> String? {
      specification.userAttributes.first { $0.name == attribute }?.value
    }
    let pool = specification.pool
    return NameHashes(
      epoch: number, user: hash(.user(specification.username), in: pool),
      email: value("email").map { hash(.email($0), in: pool) },
      phone: value("phone_number").map { hash(.phone($0), in: pool) })
  }

  /// Encrypts (ChaCha20-Poly1305, RFC 8439) with a nonce that the system gives for it: one kept ahead
  /// would be used twice by two copies of a running machine.
  func seal(_ content: [UInt8], context: [UInt8]) throws -> Data {
    try ChaChaPoly.seal(content, using: seal, authenticating: context).combined
  }

  func open(_ sealed: Data, context: [UInt8]) throws -> Data {
    try ChaChaPoly.open(
      ChaChaPoly.SealedBox(combined: sealed), using: seal, authenticating: context)
  }

  /// What the database keeps of the keys, to notice that another journal's were given.
  var fingerprints: [(name: String, value: String)] {
    [
      ("\(Self.hmacFingerprintPrefix)\(number)", Self.fingerprint(of: hmac)),
      ("seal_fingerprint_\(number)", Self.fingerprint(of: seal)),
    ]
  }

  /// Of the name that the fingerprint of the hashing key has, before the epoch's number.
  static let hmacFingerprintPrefix = "key_fingerprint_"

  private static func fingerprint(of key: SymmetricKey) -> String {
    hexadecimal(
      HMAC<SHA256>.authenticationCode(for: Data("provisiond journal key 1".utf8), using: key))
  }
}
