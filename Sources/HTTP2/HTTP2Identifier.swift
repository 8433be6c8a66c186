import Synchronization

/// A number for a server, a listener or a connection that is never used again in this process
/// (gRFC A14).
package struct HTTP2Identifier: Hashable, Sendable {
  private static let last = Atomic<Int64>(0)

  package let rawValue: Int64

  /// A number that nobody has had.
  package static func next() -> Self {
    Self(rawValue: last.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}
