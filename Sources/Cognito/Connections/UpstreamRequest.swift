import NIOCore

/// A request on its way through a pool, and whoever waits for its answer. It is written when a
/// connection is there to take it: thousands may wait, and none of them has its bytes made yet.
/// Confined to the event loop of its pool.
protocol UpstreamRequest: AnyObject {
  /// Head and body, as they go out now. Called at most once.
  func message() -> ByteBuffer

  /// What became of it. Called once.
  func ended(with result: Result<UpstreamAnswer, TransportFault>)
}
