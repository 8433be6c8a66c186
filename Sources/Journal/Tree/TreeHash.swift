import Crypto
package import Foundation

/// A hash in the Merkle tree over the journal's records (RFC 6962, section 2.1): 32 bytes.
package struct TreeHash: Hashable, Sendable {
  package static let byteCount = SHA256.byteCount
  /// Of a tree without records.
  static let empty = TreeHash(SHA256.hash(data: Data()))

  package let bytes: Data

  /// `nil` unless there are 32 bytes.
  package init?(_ bytes: Data) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  private init(_ digest: SHA256Digest) {
    bytes = digest.data
  }

  /// What is hashed in front of a leaf and of a node, so that neither is taken for the other.
  static let leafPrefix: UInt8 = 0
  private static let nodePrefix: UInt8 = 1

  /// Of the record with these bytes.
  static func leaf(_ record: Data) -> TreeHash {
    hash(leafPrefix, record)
  }

  /// Of two neighbours of one size, or of a larger one and what is left behind it.
  static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
    hash(nodePrefix, left.bytes, right.bytes)
  }

  private static func hash(_ prefix: UInt8, _ left: Data, _ right: Data = Data()) -> TreeHash {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1 + left.count + right.count)
    bytes.append(prefix)
    bytes.append(contentsOf: left)
    bytes.append(contentsOf: right)
    return TreeHash(SHA256.hash(data: bytes))
  }
}

extension SHA256Digest {
  /// In one piece.
  var data: Data { unsafe withUnsafeBytes { unsafe Data($0) } }
}
