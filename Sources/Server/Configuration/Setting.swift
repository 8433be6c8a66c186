/// One setting of `provisiond serve`: an option, an environment variable and a key of the
/// configuration file, all of the same name.
package enum Setting: String, CaseIterable, Sendable {
  case listen
  case adminListen = "admin-listen"
  case policy
  case journal
  case journalKeys = "journal-keys"
  case journalKeyAge = "journal-key-age"
  case auditRetention = "audit-retention"
  case journalAnchor = "journal-anchor"
  case journalWitness = "journal-witness"
  case journalWitnessKey = "journal-witness-key"
  case receipts
  case auditExport = "audit-export"
  case auditExportCursor = "audit-export-cursor"
  case insecure
  case drainTimeout = "drain-timeout"
  case reconcileQuarantine = "reconcile-quarantine"
  case tlsCertificate = "tls-certificate"
  case tlsPrivateKey = "tls-private-key"
  case tlsClientCA = "tls-client-ca"
  case keepaliveTime = "keepalive-time"
  case keepaliveTimeout = "keepalive-timeout"
  case maxConnectionIdle = "max-connection-idle"
  case maxConnectionAge = "max-connection-age"
  case maxConnectionAgeGrace = "max-connection-age-grace"
  case maxConnections = "max-connections"
  case maxConcurrentStreams = "max-concurrent-streams"
  case sandbox
  case logLevel = "log-level"
  case logFormat = "log-format"

  /// The environment variable, e.g. `PROVISIOND_ADMIN_LISTEN`.
  package var environmentName: String {
    "PROVISIOND_" + rawValue.uppercased().replacing("-", with: "_")
  }

  /// Whether the setting may be given more than once.
  package var isRepeatable: Bool { self == .listen }
}

/// A setting's raw values and where they come from, for errors.
package struct SettingValue: Equatable, Sendable {
  package enum Source: Equatable, Sendable {
    case option
    case environment
    case file(path: String, line: Int)
    case `default`
  }

  package var texts: [String]
  package var source: Source

  package init(_ texts: [String], source: Source) {
    self.texts = texts
    self.source = source
  }
}

/// A configuration that cannot be used: one line that says which key is wrong and what is accepted.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  package var description: String

  init(setting: Setting, value: SettingValue, problem: String) {
    let place =
      switch value.source {
      case .option: "--\(setting.rawValue)"
      case .environment: setting.environmentName
      case .file(let path, let line): "\(path):\(line): \(setting.rawValue)"
      case .default: setting.rawValue
      }
    description = "\(place): \(problem)"
  }

  init(_ description: String) {
    self.description = description
  }
}
