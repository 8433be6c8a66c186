extension RPCError {
  /// Whether it tells of what the server has to do already, and nothing of the call that it ends.
  package var isOverload: Bool { self == Self.tooManyBytes || self == Self.noMemory }

  static let tooManyBytes = RPCError(
    code: .resourceExhausted,
    message: "The requests of this connection have too many bytes on their way; fewer at a time.")
  static let noMemory = RPCError(
    code: .resourceExhausted, message: "The message cannot be compressed or inflated now.")
}
