/// Every bound of one connection, and of a listener's connections together. The defaults were
/// chosen with h2spec, which passes in full.
package struct HTTP2Limits: Sendable {
  /// Streams that a peer may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS).
  package var concurrentStreams = 256

  /// Bytes of a body that a peer may send ahead of its consumption, on one stream
  /// (SETTINGS_INITIAL_WINDOW_SIZE).
  package var streamWindow = 1 << 16

  /// The same for all streams of one connection together: a whole window for each of
  /// `concurrentStreams`, so that streams which are consumed slowly take nothing from the others.
  package var connectionWindow = 16 << 20

  /// Octets of one header section, counted as name + value + 32 for each field
  /// (SETTINGS_MAX_HEADER_LIST_SIZE). What is above is answered with `headerListOverflowAnswer`.
  package var headerListSize = 16_384

  /// The answer to a request whose header section is too large, sent with END_STREAM.
  package var headerListOverflowAnswer: HeaderFields = [":status": "431"]

  /// Answers to PING and SETTINGS that may wait for a peer that does not read (CVE-2019-9512).
  package var outboundAcknowledgements = 100

  /// Entries in one SETTINGS frame (CVE-2020-11080).
  package var settingsEntries = 32

  /// CONTINUATION frames behind one HEADERS frame (CVE-2024-27316).
  package var continuations = 8

  /// Bytes taken from one connection in one turn of its event loop, before the other connections of
  /// the loop have their turn; a power of 2.
  package var readBatch = 1 << 14

  /// The same from a peer that sends small frames, whose work is in their number, or that has broken
  /// the protocol.
  package var smallFrameReadBatch = 1 << 11

  /// Bytes handed to the socket in one write. Also how far output is produced ahead of a peer that
  /// does not read: nothing more is pulled while the channel is not writable.
  package var writeBatch = 1 << 16

  /// Connections that a listener has open at once, or fewer if the process may not open so many
  /// files (`DescriptorLimit`); what comes above is closed as it is accepted.
  package var connections = 8_192

  /// The same for one address of a peer. Generous, because a proxy is one address, too.
  package var connectionsPerAddress = 1_024

  /// Keep-alive, idle time, age.
  package var life = ConnectionLifeLimits()

  /// How long a slow peer is waited for.
  package var patience = PatienceLimits()

  /// How much of what costs the peer nothing it may do.
  package var abuse = AbuseLimits()

  package init() {}
}
