import Crypto
import CryptoExtras
import Foundation

/// A public key that issuers sign JSON Web Tokens with (RFC 7517), of a kind that is accepted.
struct JSONWebKey: Sendable {
  private enum Key: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)

    var algorithms: [SignatureAlgorithm] {
      switch self {
      case .rsa: [.rs256, .ps256]
      case .p256: [.es256]
      case .p384: [.es384]
      case .ed25519: [.edDSA]
      }
    }
  }

  let id: String
  private let key: Key
  /// Those that go with the kind of key, or the one that the key itself names.
  private let algorithms: [SignatureAlgorithm]

  /// - Throws: why the key is of no use.
  init(_ members: JSONWebKeyMembers) throws(JSONWebKeySetError) {
    guard let id = members["kid"], !id.isEmpty else { throw .missing("kid") }
    self.id = id
    key = try Self.key(members)
    let algorithms = key.algorithms
    guard let name = members["alg"] else {
      self.algorithms = algorithms
      return
    }
    self.algorithms = algorithms.filter { $0.rawValue == name }
    guard !self.algorithms.isEmpty else {
      throw .algorithm(algorithms.map(\.rawValue).joined(separator: ", "))
    }
  }

  /// Whether tokens signed by a key of this kind are verified here.
  static func isKnownKind(_ members: JSONWebKeyMembers) -> Bool {
    switch (members["kty"], members["crv"]) {
    case ("RSA", _), ("EC", "P-256"), ("EC", "P-384"), ("OKP", "Ed25519"): true
    default: false
    }
  }

  private static func key(_ members: JSONWebKeyMembers) throws(JSONWebKeySetError) -> Key {
    do {
      switch (members["kty"], members["crv"]) {
      case ("RSA", _):
        let modulus = try members.bytes("n")
        guard modulus.count <= maximumModulus else { throw JSONWebKeySetError.invalid("n") }
        return .rsa(try _RSA.Signing.PublicKey(n: modulus, e: try members.bytes("e")))
      case ("EC", "P-256"):
        return .p256(try P256.Signing.PublicKey(x963Representation: point(members, 32)))
      case ("EC", "P-384"):
        return .p384(try P384.Signing.PublicKey(x963Representation: point(members, 48)))
      case ("OKP", "Ed25519"):
        return .ed25519(
          try Curve25519.Signing.PublicKey(rawRepresentation: members.bytes("x")))
      default: throw JSONWebKeySetError.invalid("kty")
      }
    } catch let error as JSONWebKeySetError {
      throw error
    } catch {
      // The key's own words may quote it.
      throw .invalid("key")
    }
  }

  /// Bytes of an RSA modulus: 8192 bits, beyond which a signature costs too much to look at.
  private static let maximumModulus = 1024

  /// The point of a curve, uncompressed (SEC 1, section 2.3.3).
  private static func point(
    _ members: JSONWebKeyMembers, _ size: Int
  ) throws(JSONWebKeySetError) -> [UInt8] {
    let (x, y) = (try members.bytes("x"), try members.bytes("y"))
    guard x.count == size, y.count == size else { throw .invalid("x") }
    return [4] + x + y
  }

  func admits(_ algorithm: SignatureAlgorithm) -> Bool { algorithms.contains(algorithm) }

  /// - Parameter input: the token up to its last dot (RFC 7515, section 5.2).
  func isValid(
    _ signature: [UInt8], of input: ArraySlice<UInt8>, by algorithm: SignatureAlgorithm
  ) -> Bool {
    guard admits(algorithm) else { return false }
    switch key {
    case .rsa(let key):
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: input),
        padding: algorithm == .ps256 ? .PSS : .insecurePKCS1v1_5)
    case .p256(let key):
      guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(signature, for: SHA256.hash(data: input))
    case .p384(let key):
      guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(signature, for: SHA384.hash(data: input))
    case .ed25519(let key):
      return key.isValidSignature(signature, for: input)
    }
  }
}
