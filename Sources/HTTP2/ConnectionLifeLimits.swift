/// How long a connection lives and how it is found to be dead (gRFC A8, A9).
package struct ConnectionLifeLimits: Sendable, Hashable {
  /// Time without a byte from the peer after which a PING asks whether it is there, calls or not.
  /// Nil never asks.
  package var keepaliveTime: Duration? = .seconds(7_200)

  /// How long the answer to that PING is waited for before the connection is closed. On Linux also
  /// how long the kernel waits for an acknowledgement of sent bytes (gRFC A18).
  package var keepaliveTimeout: Duration = .seconds(20)

  /// The least time between two PINGs of a peer that has calls open. Also without calls, if
  /// `permitsPingsWithoutCalls`.
  package var minimumPingInterval: Duration = .seconds(300)

  /// Whether a peer without calls may send PINGs each `minimumPingInterval`; otherwise each two
  /// hours (gRFC A8).
  package var permitsPingsWithoutCalls = false

  /// Time without a stream after which a connection is ended. Nil keeps it.
  package var maximumIdle: Duration?

  /// Age, ±10 %, at which a connection is told to open no more streams, so that clients spread
  /// themselves again (gRFC A9). Nil is never.
  package var maximumAge: Duration?

  /// How long streams may go on after that. Nil is as long as they want.
  package var maximumAgeGrace: Duration?

  /// How long a peer may take to answer the PING between the two GOAWAYs of a graceful end
  /// (RFC 9113 §6.8); after that its silence is taken for an answer.
  package var drainTimeout: Duration = .seconds(5)

  package init() {}

  /// A client asks for nothing and forbids nothing.
  static let client: Self = {
    var limits = Self()
    limits.keepaliveTime = nil
    limits.minimumPingInterval = .zero
    limits.permitsPingsWithoutCalls = true
    return limits
  }()
}
