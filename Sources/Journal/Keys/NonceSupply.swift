import Crypto
import Foundation
import Synchronization

/// Random nonces for what is sealed. Their bytes are fetched many at a time, because the system makes
/// each request for them a call of the kernel, and a nonce of the library is two.
final class NonceSupply: Sendable {
  /// Of ChaCha20-Poly1305 (RFC 8439, section 2.3).
  private static let nonceByteCount = 12
  /// As many whole nonces as `getentropy(3)` gives at once, which is 256 bytes.
  private static let byteCount = 256 / nonceByteCount * nonceByteCount

  private let bytes = Mutex<[UInt8]>([])

  /// One that was never given before.
  func next() throws -> ChaChaPoly.Nonce {
    let nonce = bytes.withLock { bytes in
      if bytes.isEmpty { bytes = Self.fetched() }
      defer { bytes.removeLast(Self.nonceByteCount) }
      return Data(bytes.suffix(Self.nonceByteCount))
    }
    return try ChaChaPoly.Nonce(data: nonce)
  }

  private static func fetched() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let isFilled = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe getentropy(bytes.baseAddress, bytes.count) == 0
    }
    // A kernel without the call; the standard library knows other sources.
    if !isFilled { bytes = bytes.map { _ in .random(in: .min ... .max) } }
    return bytes
  }
}
