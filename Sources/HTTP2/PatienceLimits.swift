/// How long a slow peer is waited for. Nil waits for ever.
package struct PatienceLimits: Sendable, Hashable {
  /// The TLS handshake, from the moment the connection was accepted.
  package var handshake: Duration? = .seconds(10)

  /// The connection preface and the first SETTINGS frame (RFC 9113 §3.4).
  package var preface: Duration? = .seconds(5)

  /// The acknowledgement of our SETTINGS (RFC 9113 §6.5.3).
  package var settingsAcknowledgement: Duration? = .seconds(10)

  /// One header section, from the first byte of HEADERS to the last of its CONTINUATIONs.
  package var headerSection: Duration? = .seconds(10)

  /// One frame of any other type, from its first byte to its last.
  package var frame: Duration? = .seconds(30)

  /// A socket that takes no more bytes because the peer does not read.
  package var write: Duration? = .seconds(30)

  /// A message of a request that has begun and does not go on.
  package var body: Duration? = .seconds(60)

  /// A complete answer for which the peer opens no window.
  package var answer: Duration? = .seconds(30)

  /// An answer in the making for which the peer opens no window. Long, because a client may well
  /// pause a stream that it reads slowly.
  package var stream: Duration? = .seconds(300)

  /// Bytes that a stream must move within the times above to be alive: a byte now and then is not.
  package var minimumProgress = 512

  package init() {}

  /// The same for every wait.
  package init(all patience: Duration) {
    handshake = patience
    preface = patience
    settingsAcknowledgement = patience
    headerSection = patience
    frame = patience
    write = patience
    body = patience
    answer = patience
    stream = patience
  }

  /// A client chooses its server and waits for it by deadlines of its own.
  static let client: Self = {
    var limits = Self()
    limits.preface = nil
    limits.settingsAcknowledgement = nil
    limits.headerSection = nil
    limits.frame = nil
    limits.write = nil
    limits.body = nil
    limits.answer = nil
    limits.stream = nil
    return limits
  }()
}
