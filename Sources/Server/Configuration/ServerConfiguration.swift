package import Journal
package import Logging

/// What `provisiond serve` runs with: every setting of it, checked.
package struct ServerConfiguration: Equatable, Sendable {
  package enum LogFormat: String, CaseIterable, Sendable {
    case text, json
  }

  /// gRPC over HTTP/2: over TLS, or by prior knowledge.
  package var listen: [ListenAddress]
  /// HTTP/1.1: `/livez`, `/readyz`, `/metrics`.
  package var adminListen: ListenAddress
  package var policyPath: String
  package var journal: JournalLocation
  package var journalKeysPath: String
  /// How old the journal's keys get.
  package var journalMaintenance: JournalMaintenance.Settings
  /// The file of a checkpoint that the journal has to reach.
  package var journalAnchorPath: String?
  /// `nil`: nobody cosigns the journal's checkpoints.
  package var witness: WitnessSettings?
  /// Whether the answer of every creation proves that its record stands in the journal.
  package var receipts: Bool
  /// `nil`: the audit trail is not exported.
  package var auditExport: AuditExportSettings?
  /// Allows to listen off loopback without TLS or with an anonymous caller.
  package var insecure: Bool
  /// How long SIGTERM waits for calls in flight.
  package var drainTimeout: Duration
  /// How long after a lost answer an absent user may still appear; see ``CreationTiming``.
  package var reconcileQuarantine: Duration
  /// TLS for the callers; nil serves them in the clear.
  package var tls: TLSFiles?
  /// How long connections live, and how many there may be.
  package var connections: ConnectionSettings
  package var sandbox: Bool
  package var logLevel: Logger.Level
  package var logFormat: LogFormat

  /// Builds the configuration of options, environment, file and defaults, in this order of
  /// precedence.
  ///
  /// - Parameter standardErrorIsTerminal: decides the default of `log-format`.
  /// - Throws: ``ConfigurationError`` for the first value that cannot be used.
  package static func resolve(
    options: [Setting: [String]],
    environment: [String: String],
    filePath: String?,
    standardErrorIsTerminal: Bool
  ) throws(ConfigurationError) -> ServerConfiguration {
    var values = try filePath.map(ConfigurationFile.load) ?? [:]
    for setting in Setting.allCases {
      if let text = environment[setting.environmentName] {
        let texts = setting.isRepeatable ? text.split(separator: ",").map(String.init) : [text]
        values[setting] = SettingValue(texts, source: .environment)
      }
    }
    for (setting, texts) in options {
      values[setting] = SettingValue(texts, source: .option)
    }
    return try ServerConfiguration(
      SettingReader(values: values), standardErrorIsTerminal: standardErrorIsTerminal)
  }

  private init(
    _ reader: SettingReader, standardErrorIsTerminal: Bool
  ) throws(ConfigurationError) {
    let address = "HOST:PORT, e.g. 127.0.0.1:50051 or [::1]:50051"
    listen =
      try reader.all(.listen, accepted: address, ListenAddress.init)
      ?? [ListenAddress(host: "127.0.0.1", port: 50051)]
    adminListen =
      try reader.one(.adminListen, accepted: address, ListenAddress.init)
      ?? ListenAddress(host: "127.0.0.1", port: 9464)
    policyPath = try reader.required(.policy, accepted: "the path of a policy document")
    journal =
      try reader.one(.journal, accepted: JournalLocation.accepted, JournalLocation.init)
      ?? .sqlite(path: "provisiond.db")
    journalKeysPath =
      if let path = journal.defaultKeysPath {
        try reader.one(.journalKeys, accepted: "the path of a folder") {
          $0.isEmpty ? nil : $0
        } ?? path
      } else {
        try reader.required(
          .journalKeys, accepted: "the path of a folder, with the same keys for all replicas")
      }
    journalMaintenance = try JournalMaintenance.Settings(reader)
    journalAnchorPath = try reader.one(
      .journalAnchor, accepted: "the path of a file with a checkpoint"
    ) { $0.isEmpty ? nil : $0 }
    witness = try WitnessSettings.read(reader)
    receipts = try reader.flag(.receipts)
    auditExport = try AuditExportSettings.read(reader, journal: journal)
    insecure = try reader.flag(.insecure)
    drainTimeout =
      try reader.one(
        .drainTimeout, accepted: "seconds, 0 to \(maximumDrainSeconds)", Self.drainTimeout)
      ?? .seconds(30)
    reconcileQuarantine =
      try reader.one(
        .reconcileQuarantine, accepted: "seconds, 1 to \(maximumQuarantineSeconds)",
        Self.quarantine)
      ?? .seconds(60)
    tls = try TLSFiles.read(reader)
    connections = try ConnectionSettings(reader)
    sandbox = try reader.flag(.sandbox)
    let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    logLevel = try reader.one(.logLevel, accepted: levels, Logger.Level.init(rawValue:)) ?? .info
    logFormat =
      try reader.one(.logFormat, accepted: "text, json", LogFormat.init(rawValue:))
      ?? (standardErrorIsTerminal ? .text : .json)
    try refuseExposure(reader)
  }

  private static func drainTimeout(_ text: String) -> Duration? {
    guard let seconds = Int(text), (0...maximumDrainSeconds).contains(seconds) else { return nil }
    return .seconds(seconds)
  }

  private static func quarantine(_ text: String) -> Duration? {
    guard let seconds = Int(text), (1...maximumQuarantineSeconds).contains(seconds) else {
      return nil
    }
    return .seconds(seconds)
  }

  /// Off loopback no byte travels in the clear, and a sandbox has no business there.
  private func refuseExposure(_ reader: SettingReader) throws(ConfigurationError) {
    if sandbox, !adminListen.isLoopback {
      throw ConfigurationError(
        setting: .adminListen,
        value: reader.values[.adminListen] ?? SettingValue([], source: .default),
        problem: "\(adminListen) is off loopback, which --sandbox refuses; "
          + "accepted: a loopback address")
    }
    guard let exposed = listen.first(where: { !$0.isLoopback }) else { return }
    let value = reader.values[.listen] ?? SettingValue([], source: .default)
    if sandbox {
      throw ConfigurationError(
        setting: .listen, value: value,
        problem: "\(exposed) is off loopback, which --sandbox refuses; accepted: a loopback address"
      )
    }
    if tls == nil, !insecure {
      throw ConfigurationError(
        setting: .listen, value: value,
        problem: "\(exposed) is off loopback without TLS; accepted: a loopback address, "
          + "--tls-certificate with --tls-private-key, or --insecure")
    }
  }
}

/// A day: whoever waits longer for a drain has lost a process.
private let maximumDrainSeconds = 86_400

/// Ten minutes: a longer one would end in an operator's hands before it ends.
private let maximumQuarantineSeconds = 600
