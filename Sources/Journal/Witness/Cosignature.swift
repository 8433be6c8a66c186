import Crypto
import Foundation

extension SignedNote {
  /// Seconds of the Unix epoch, 64 bits, in front of the signature proper.
  private static let timeByteCount = 8

  /// The signatures that are a witness's cosignatures of this note (C2SP tlog-cosignature).
  func cosignatures(of key: NoteVerifierKey) -> [Signature] {
    signatures.filter { signature in
      guard signature.name == key.name, signature.keyID == key.id,
        signature.bytes.count > Self.timeByteCount
      else { return false }
      let time = Int64(bigEndianBytes: signature.bytes.prefix(Self.timeByteCount))
      guard time >= 0 else { return false }
      return key.isValid(
        signature.bytes.dropFirst(Self.timeByteCount),
        of: Data("cosignature/v1\ntime \(time)\n\(text)".utf8))
    }
  }
}
