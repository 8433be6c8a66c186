/// What goes wrong with one request.
package enum SandboxFault: Equatable, Sendable {
  /// Whether the request takes its normal course before its answer is replaced or withheld.
  package enum Execution: Equatable, Sendable {
    case executed, skipped
  }

  /// The connection is closed at the request's head: nothing was executed.
  case dropBeforeBody
  /// As above, but only when the connection has answered a request before: a keep-alive connection
  /// that is closed exactly when it is used again.
  case dropOnReuse
  /// The whole request is read, then the connection is closed without one byte of an answer.
  case drop(Execution)
  /// The connection is closed without an answer; the request is executed so much later.
  case dropAndExecuteLater(Duration)
  /// Answered with an error of one's choice: throttling, a failed delivery after the creation, …
  case error(SandboxError, Execution)
  /// A user is created although its alias belongs to another, and the answer is an error: what
  /// Cognito does in a race for one alias.
  case aliasRace
  /// A proxy's 502 with an HTML page.
  case htmlBadGateway(Execution)
  /// A proxy's 503 without a body.
  case emptyServiceUnavailable(Execution)
  /// An error in the XML of AWS's query services, with this code.
  case xmlError(code: String, status: Int)
  /// Executed; the first half of the JSON answer arrives, its content-length agreeing.
  case truncatedJSON
  /// Executed; status 200 with a JSON text of this many bytes.
  case hugeBody(byteCount: Int)
  /// Executed; the content-length is off by this much. Positive: the connection is closed before
  /// the announced end. Negative: bytes follow the announced end.
  case wrongContentLength(difference: Int)
  /// Executed; the answer is held back.
  case delay(Duration)
  /// Executed; the body comes one byte per interval.
  case slowBody(interval: Duration)

  /// Strikes at the head of a request, before its body is read.
  var isAtHead: Bool { self == .dropBeforeBody || self == .dropOnReuse }
}
