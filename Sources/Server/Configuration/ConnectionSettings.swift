/// What is configured of the life of callers' connections; nil leaves the default of
/// ``HTTP2/HTTP2Limits``.
package struct ConnectionSettings: Equatable, Sendable {
  /// After this time without a sign of the client it is asked for one (gRFC A9).
  package var keepaliveTime: Duration?
  /// How long its answer may take (gRFC A9).
  package var keepaliveTimeout: Duration?
  /// A connection without calls is closed after this time (gRFC A9).
  package var maxIdle: Duration?
  /// A connection is closed after this time, so that load is spread anew (gRFC A9).
  package var maxAge: Duration?
  /// How long calls in flight may go on then (gRFC A9).
  package var maxAgeGrace: Duration?
  /// Connections of all clients together.
  package var maxConnections: Int?
  /// Calls at once on one connection.
  package var maxConcurrentStreams: Int?

  init(_ reader: SettingReader) throws(ConfigurationError) {
    keepaliveTime = try Self.time(.keepaliveTime, reader)
    keepaliveTimeout = try Self.time(.keepaliveTimeout, reader)
    maxIdle = try Self.time(.maxConnectionIdle, reader)
    maxAge = try Self.time(.maxConnectionAge, reader)
    maxAgeGrace = try Self.time(.maxConnectionAgeGrace, reader)
    maxConnections = try Self.count(.maxConnections, reader, most: mostConnections)
    maxConcurrentStreams = try Self.count(.maxConcurrentStreams, reader, most: mostStreams)
  }

  private static func time(
    _ setting: Setting, _ reader: SettingReader
  ) throws(ConfigurationError) -> Duration? {
    try reader.one(setting, accepted: "seconds, 1 to \(longestTime)") { text in
      guard let seconds = Int(text), (1...longestTime).contains(seconds) else { return nil }
      return Duration.seconds(seconds)
    }
  }

  private static func count(
    _ setting: Setting, _ reader: SettingReader, most: Int
  ) throws(ConfigurationError) -> Int? {
    try reader.one(setting, accepted: "a number, 1 to \(most)") { text in
      guard let count = Int(text), (1...most).contains(count) else { return nil }
      return count
    }
  }
}

/// A year, in seconds: whoever wants longer wants no limit, and leaves the setting out.
private let longestTime = 31_536_000
/// More than one process has file descriptors for.
private let mostConnections = 1_000_000
/// Each stream may cost a window of memory; one client has no use for more.
private let mostStreams = 10_000
