/// The rules for keys of metadata.
///
/// Source: gRPC over HTTP/2, "Header-Name"; RFC 9113, section 8.2.2 for connection-specific
/// fields.
enum MetadataKey {
  /// Holds a serialized `google.rpc.Status`.
  static let statusDetails = "grpc-status-details-bin"

  /// Values of keys that end in this are bytes in Base64.
  static let binarySuffix = "-bin"

  /// Whether a field of this name may be sent for a caller or a handler.
  static func isSendable(_ key: ArraySlice<UInt8>) -> Bool {
    guard !key.isEmpty, key.allSatisfy(isLegal) else { return false }
    if key.starts(with: protocolPrefix) { return applicationNames.contains(key) }
    return !reserved.contains(key)
  }

  private static let protocolPrefix = ArraySlice("grpc-".utf8)

  /// Names that begin with `grpc-` belong to the protocol, but these are set by applications.
  private static let applicationNames = names([
    statusDetails, "grpc-retry-pushback-ms", "grpc-trace-bin", "grpc-tags-bin",
  ])

  private static let reserved = names([
    "connection", "content-encoding", "content-length", "content-type", "host", "keep-alive",
    "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
  ])

  private static func names(_ names: [String]) -> Set<ArraySlice<UInt8>> {
    Set(names.map { ArraySlice($0.utf8) })
  }

  private static func isLegal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}

/// The rules for values of metadata.
enum MetadataValue {
  /// The value without white space at its ends (RFC 9113, section 8.2.1, forbids it there), nil
  /// where it holds a control character. Bytes above 0x7E are no ASCII-Value, but every peer
  /// tolerates them, so they pass.
  static func sendable(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let isClean = value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == tab }
    return isClean ? trimmed(value) : nil
  }

  /// The values in one `-bin` field: receivers "must split on comma before decoding".
  static func parts(ofBinary value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(trimmed)
  }

  /// Whether each part of a `-bin` field is Base64.
  static func isBinary(_ value: ArraySlice<UInt8>) -> Bool {
    parts(ofBinary: value).allSatisfy { Base64.decode($0) != nil }
  }

  private static let tab: UInt8 = 0x09

  private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var value = value
    while let last = value.last, last == 0x20 || last == tab { value.removeLast() }
    return value.drop { $0 == 0x20 || $0 == tab }
  }
}
