/// So many at once, and so many more each second.
package struct TokenRate: Sendable, Hashable {
  package var burst: Int
  package var perSecond: Int

  package init(burst: Int, perSecond: Int) {
    self.burst = burst
    self.perSecond = perSecond
  }
}

/// What a peer may do of those things that cost it nothing and us something. Whoever goes beyond
/// gets GOAWAY with ENHANCE_YOUR_CALM. Each is far above what any honest client was seen to do.
package struct AbuseLimits: Sendable, Hashable {
  /// SETTINGS frames (CVE-2019-9515). Clients that measure their bandwidth send a few each second.
  package var settings = TokenRate(burst: 100, perSecond: 10)

  /// PING frames (CVE-2019-9512). Clients that measure their bandwidth send one for each round trip
  /// while they read; those that do not are stopped much earlier, by ping strikes.
  package var pings = TokenRate(burst: 2_000, perSecond: 1_000)

  /// RST_STREAM frames (CVE-2023-44487). A client may well cancel all its streams at once, twice.
  package var resets = TokenRate(burst: 600, perSecond: 60)

  /// Streams that the peer makes us reset by breaking the protocol (CVE-2019-9514, CVE-2025-8671).
  package var forcedResets = TokenRate(burst: 100, perSecond: 10)

  /// Streams that the peer opens above its limit before it knows the limit.
  package var refusedStreams = TokenRate(burst: 1_000, perSecond: 100)

  /// DATA, HEADERS and CONTINUATION frames that carry nothing and end nothing (CVE-2019-9518).
  package var emptyFrames = TokenRate(burst: 200, perSecond: 50)

  /// PRIORITY frames (CVE-2019-9513). Browsers send a handful.
  package var priorities = TokenRate(burst: 500, perSecond: 50)

  /// WINDOW_UPDATE frames (CVE-2019-9511), beyond those that answer what we have sent: see
  /// `windowUpdateBytes`.
  package var windowUpdates = TokenRate(burst: 5_000, perSecond: 500)

  /// Bytes of DATA sent that earn the peer one more WINDOW_UPDATE. Each HEADERS earns two, and so
  /// does each DATA frame that no window has cut short: an honest client may give the window of each
  /// back at once, on the stream and the connection.
  package var windowUpdateBytes = 512

  /// Frames of types that nobody has defined (RFC 9113 §5.5).
  package var unknownFrames = TokenRate(burst: 500, perSecond: 50)

  /// CONTINUATION frames (CVE-2024-27316). A header section within our limit needs at most one.
  package var continuations = TokenRate(burst: 200, perSecond: 50)

  /// Octets of header sections beyond `HTTP2Limits.headerListSize`: they are decompressed to keep
  /// the state of HPACK, and thrown away (CVE-2016-6581).
  package var excessHeaderOctets = TokenRate(burst: 1 << 20, perSecond: 1 << 17)

  /// How many times `HTTP2Limits.headerListSize` one section may be before the connection is ended
  /// in the middle of it.
  package var headerListCeiling = 8

  package init() {}
}
