/// An error that ends a whole connection. (What ends one stream is told to its delegate.)
package struct HTTP2Error: Error, Hashable, Sendable {
  /// The code that the peer is told in GOAWAY.
  package let code: HTTP2ErrorCode

  init(_ code: HTTP2ErrorCode) {
    self.code = code
  }
}
