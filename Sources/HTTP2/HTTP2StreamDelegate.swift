package import NIOCore

/// What a stream tells its user. Every function runs on the stream's event loop, after the HTTP/2
/// library has returned, so that the stream may be used freely inside of it.
package protocol HTTP2StreamDelegate: AnyObject {
  /// A header section is complete: the request or response first, then trailers, if any. A client
  /// may see interim responses (`:status` 1xx) before the response.
  func streamDidReceive(headers: HeaderFields, endStream: Bool, on stream: HTTP2Stream)

  /// Bytes of the body. Their window is given back by `stream.consume(_:)` and by nothing else: a
  /// user that does not consume stops the sender. Empty only when `endStream` is true.
  func streamDidReceive(data: ByteBuffer, endStream: Bool, on stream: HTTP2Stream)

  /// Everything that was queued by `send(_:)` has left for the socket's buffer. Not told once
  /// `finish(trailers:)` was called: then `streamDidClose` is the next word.
  func streamDidDrain(_ stream: HTTP2Stream)

  /// The stream is over, told exactly once, whatever happened; the stream then lets go of its
  /// delegate. `error` is nil when it was closed with NO_ERROR, which includes a peer that resets
  /// with that code before its time; `.connectionLost` when the connection ended first.
  func streamDidClose(_ stream: HTTP2Stream, error: HTTP2ErrorCode?)
}
