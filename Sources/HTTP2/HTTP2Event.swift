/// A stream of a session: its number on the wire, and its place in tables that are kept by stream.
/// Places are reused, numbers never are.
struct StreamKey: Hashable, Sendable {
  let id: Int32
  let slot: Int
}

/// What a session found in received bytes or while producing output, in order.
enum HTTP2Event: Equatable {
  /// A complete header section: a request or response, or trailers.
  case headers(StreamKey, HeaderFields, endStream: Bool)
  /// Bytes of a body, as a range of the bytes given to `HTTP2Session.receive(_:)`.
  case data(StreamKey, Range<Int>, endStream: Bool)
  /// The stream has nothing left to send, and has not ended.
  case drained(StreamKey)
  /// The stream is over and its key without effect. Its place is used again only after
  /// `HTTP2Session.release(_:)`.
  case closed(StreamKey, HTTP2ErrorCode)
  /// The peer has answered a PING with this payload.
  case pingAcknowledged(UInt64)
}
