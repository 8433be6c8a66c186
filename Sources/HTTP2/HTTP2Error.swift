/// An error that ends a whole connection. (What ends one stream is told to its delegate.)
package struct HTTP2Error: Error, Hashable, Sendable {
  /// The code that the peer is told in GOAWAY.
  package let code: HTTP2ErrorCode

  /// The debug data of that GOAWAY: one word for whoever reads a trace. Nothing of the traffic.
  package let reason: String

  init(_ code: HTTP2ErrorCode, reason: String = "") {
    self.code = code
    self.reason = reason
  }

  init(_ abuse: Abuse) {
    self.init(.enhanceYourCalm, reason: abuse.rawValue)
  }
}
