import Crypto
import Foundation

/// A text with signatures under it, in the format of C2SP signed-note.
struct SignedNote: Equatable, Sendable {
  struct Signature: Equatable, Sendable {
    let name: String
    /// Four bytes that tell keys of one name apart.
    let keyID: Data
    let bytes: Data
  }

  /// Ends with a line feed.
  let text: String
  private(set) var signatures: [Signature] = []

  init(text: String) {
    self.text = text
  }

  /// `nil` for a text that is no signed note.
  init?(_ note: String) {
    guard note.hasSuffix("\n"), let end = note.range(of: "\n\n", options: .backwards) else {
      return nil
    }
    text = String(note[..<end.lowerBound]) + "\n"
    for line in note[end.upperBound...].dropLast().split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 3, words[0] == "\u{2014}", !words[1].isEmpty,
        let bytes = Data(base64Encoded: words[2]), bytes.count > NoteVerifierKey.idByteCount
      else { return nil }
      signatures.append(
        Signature(
          name: words[1], keyID: Data(bytes.prefix(NoteVerifierKey.idByteCount)),
          bytes: Data(bytes.dropFirst(NoteVerifierKey.idByteCount))))
    }
  }

  var description: String {
    signatures.reduce(text + "\n") { note, signature in
      let bytes = (signature.keyID + signature.bytes).base64EncodedString()
      return note + "\u{2014} \(signature.name) \(bytes)\n"
    }
  }

  mutating func sign(_ key: NoteSigningKey) throws {
    signatures.append(
      Signature(
        name: key.verifier.name, keyID: key.verifier.id,
        bytes: try key.native.signature(for: Data(text.utf8))))
  }

  /// Whether one of the signatures is this key's.
  func isSigned(by key: NoteVerifierKey) -> Bool {
    signatures.contains {
      $0.name == key.name && $0.keyID == key.id
        && key.native.isValidSignature($0.bytes, for: Data(text.utf8))
    }
  }
}

/// Signs notes with Ed25519.
struct NoteSigningKey: Sendable {
  let native: Curve25519.Signing.PrivateKey
  let verifier: NoteVerifierKey

  /// - Parameter seed: 32 bytes (RFC 8032, section 5.1.5).
  init(name: String, seed: Data) throws {
    native = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    verifier = NoteVerifierKey(name: name, native: native.publicKey)
  }
}

/// The public part of a key that signs notes.
package struct NoteVerifierKey: Sendable, CustomStringConvertible {
  fileprivate static let idByteCount = 4
  /// C2SP signed-note's number for Ed25519.
  private static let algorithm: UInt8 = 1

  package let name: String
  fileprivate let native: Curve25519.Signing.PublicKey
  /// The first bytes of SHA-256(name, line feed, algorithm, key).
  let id: Data

  fileprivate init(name: String, native: Curve25519.Signing.PublicKey) {
    self.name = name
    self.native = native
    let key = Data([Self.algorithm]) + native.rawRepresentation
    id = Data(SHA256.hash(data: Data("\(name)\n".utf8) + key).prefix(Self.idByteCount))
  }

  /// Reads NAME+ID+KEY; `nil` for any other text, and for a key whose id is another.
  package init?(_ text: String) {
    let parts = text.split(separator: "+", maxSplits: 2).map(String.init)
    guard parts.count == 3, let key = Data(base64Encoded: parts[2]), key.first == Self.algorithm,
      let native = try? Curve25519.Signing.PublicKey(rawRepresentation: key.dropFirst())
    else { return nil }
    self.init(name: parts[0], native: native)
    guard hexadecimal(id) == parts[1] else { return nil }
  }

  /// NAME+ID+KEY, as C2SP signed-note has it.
  package var description: String {
    let key = Data([Self.algorithm]) + native.rawRepresentation
    return "\(name)+\(hexadecimal(id))+\(key.base64EncodedString())"
  }
}
