import HTTP2

/// What compresses messages. Both sides may flag each message on its own.
///
/// Source: gRPC, "Compression" (doc/compression.md).
enum MessageEncoding: Sendable {
  case identity
  case gzip

  /// The value of `grpc-accept-encoding` that names all of them.
  static let accepted = "identity,gzip"

  /// Reads the value of `grpc-encoding`; nil for an encoding that is not supported.
  init?(name: ArraySlice<UInt8>) {
    if name.elementsEqual(Self.gzipName) {
      self = .gzip
    } else if name.elementsEqual(Self.identityName) {
      self = .identity
    } else {
      return nil
    }
  }

  /// Whether these headers say that messages behind them may be compressed by gzip.
  static func isGzip(_ headers: HeaderFields) -> Bool {
    headers.firstBytes(named: "grpc-encoding")?.elementsEqual(gzipName) ?? false
  }

  /// Whether the sender of these fields accepts gzip.
  static func isGzipAccepted(by metadata: Metadata) -> Bool {
    guard let list = metadata.firstBytes(forKey: "grpc-accept-encoding") else { return false }
    return list.split(separator: UInt8(ascii: ",")).contains { name in
      name.filter { $0 != UInt8(ascii: " ") }.elementsEqual(gzipName)
    }
  }

  private static let gzipName = Array("gzip".utf8)
  private static let identityName = Array("identity".utf8)
}
