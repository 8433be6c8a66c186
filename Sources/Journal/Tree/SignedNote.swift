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

  /// The note with further signatures.
  func adding(_ signatures: [Signature]) -> SignedNote {
    var note = self
    note.signatures += signatures
    return note
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
      $0.name == key.name && $0.keyID == key.id && key.isValid($0.bytes, of: Data(text.utf8))
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
package struct NoteVerifierKey: Sendable, Equatable, CustomStringConvertible {
  /// What a key signs, by C2SP signed-note's numbers; all with Ed25519.
  package enum Purpose: UInt8, Sendable {
    /// The note itself.
    case note = 1
    /// That a witness has seen a checkpoint, and when (C2SP tlog-cosignature).
    case cosignature = 4
  }

  fileprivate static let idByteCount = 4

  package let name: String
  private let purpose: Purpose
  fileprivate let native: Curve25519.Signing.PublicKey
  /// The first bytes of SHA-256(name, line feed, algorithm, key).
  let id: Data

  fileprivate init(
    name: String, _ purpose: Purpose = .note, native: Curve25519.Signing.PublicKey
  ) {
    self.name = name
    self.purpose = purpose
    self.native = native
    let key = Data([purpose.rawValue]) + native.rawRepresentation
    id = Data(SHA256.hash(data: Data("\(name)\n".utf8) + key).prefix(Self.idByteCount))
  }

  /// Reads NAME+ID+KEY; `nil` for any other text, and for a key whose id is another.
  package init?(_ text: String, _ purpose: Purpose = .note) {
    let parts = text.split(separator: "+", maxSplits: 2).map(String.init)
    guard parts.count == 3, let key = Data(base64Encoded: parts[2]), key.first == purpose.rawValue,
      let native = try? Curve25519.Signing.PublicKey(rawRepresentation: key.dropFirst())
    else { return nil }
    self.init(name: parts[0], purpose, native: native)
    guard hexadecimal(id) == parts[1] else { return nil }
  }

  func isValid(_ signature: Data, of message: Data) -> Bool {
    native.isValidSignature(signature, for: message)
  }

  package static func == (a: NoteVerifierKey, b: NoteVerifierKey) -> Bool {
    a.description == b.description
  }

  /// NAME+ID+KEY, as C2SP signed-note has it.
  package var description: String {
    let key = Data([purpose.rawValue]) + native.rawRepresentation
    return "\(name)+\(hexadecimal(id))+\(key.base64EncodedString())"
  }
}
