import Crypto
import Foundation

@testable import Journal

/// A witness's key, and what it signs with it.
struct TestWitness {
  let name: String
  let native = Curve25519.Signing.PrivateKey()
  private let purpose: NoteVerifierKey.Purpose

  init(_ name: String = "witness.example/w1", _ purpose: NoteVerifierKey.Purpose = .cosignature) {
    self.name = name
    self.purpose = purpose
  }

  private var keyBytes: Data { Data([purpose.rawValue]) + native.publicKey.rawRepresentation }

  private var id: Data {
    Data(SHA256.hash(data: Data("\(name)\n".utf8) + keyBytes).prefix(4))
  }

  /// NAME+ID+KEY.
  var key: String { "\(name)+\(hexadecimal(id))+\(keyBytes.base64EncodedString())" }

  var verifier: NoteVerifierKey? { NoteVerifierKey(key, purpose) }

  /// - Parameter signedTime: that the signature is over, where it is another.
  func cosign(_ text: String, at time: Int64, signedTime: Int64? = nil) throws -> String {
    let message = "cosignature/v1\ntime \(signedTime ?? time)\n\(text)"
    let signature = try native.signature(for: Data(message.utf8))
    let bytes = id + Data(time.bigEndianBytes) + signature
    return "\u{2014} \(name) \(bytes.base64EncodedString())\n"
  }
}
