/// What a session keeps for an open stream.
struct StreamSlot {
  var id: Int32 = 0
  var body = OutboundBody()
  /// Received bytes whose window has not been given back.
  var unconsumed = 0
  var isRemoteEnded = false
  var isEndSent = false
  /// RST_STREAM with NO_ERROR is to follow our end.
  var isResetAtEnd = false
  /// RST_STREAM is our user's wish, not the peer's fault.
  var isResetOrdered = false
  /// Bytes of the peer's body and of ours that have crossed the wire.
  var received = 0
  var sent = 0
}
