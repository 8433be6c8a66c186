/// What came back on a connection: the head's facts that anyone asks for, and the body.
struct UpstreamAnswer: Sendable {
  var status = 0
  /// `Date`, in seconds of the epoch.
  var date: Int64?
  var hasAge = false
  /// `x-amzn-errortype`, as it came.
  var errorType: String?
  /// `x-amzn-RequestId`, bounded and of harmless characters.
  var requestID: String?
  /// `x-amz-retry-after`, in milliseconds.
  var retryAfter: Int64?
  var body: [UInt8] = []
  /// Why the body is not whole; `nil` when it is.
  var bodyFault: TransportFault?
}

/// Why no whole answer came.
enum TransportFault: Error, Equatable, Sendable {
  /// Nothing to sign with: nothing was sent.
  case withoutCredentials
  /// No connection: nothing was sent.
  case unreachable
  /// No connection became free, or none is taken any more: nothing was sent.
  case overloaded
  /// The time was over before anything was sent.
  case expired
  /// The time was over after the request had left.
  case timedOut
  /// The connection ended after the request had left.
  case connectionLost
  /// What came is no HTTP, or longer than allowed.
  case malformed
}
