import Foundation
import Journal
import Logging
import Testing

@testable import Server

@Suite struct ServerConfigurationTests {
  private func resolve(
    _ options: [Setting: [String]] = [:], environment: [String: String] = [:],
    file: String? = nil, terminal: Bool = false
  ) throws -> ServerConfiguration {
    var options = options
    if options[.policy] == nil { options[.policy] = ["policy.yaml"] }
    guard let file else {
      return try .resolve(
        options: options, environment: environment, filePath: nil,
        standardErrorIsTerminal: terminal)
    }
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml").path()
    try file.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try .resolve(
      options: options, environment: environment, filePath: path,
      standardErrorIsTerminal: terminal)
  }

  @Test func defaults() throws {
    let configuration = try resolve()
    #expect(configuration.listen.map(\.description) == ["127.0.0.1:50051"])
    #expect(configuration.adminListen.description == "127.0.0.1:9464")
    #expect(configuration.journal == .sqlite(path: "provisiond.db"))
    #expect(configuration.journalKeysPath == "provisiond.db.keys")
    #expect(configuration.drainTimeout == .seconds(30))
    #expect(configuration.reconcileQuarantine == .seconds(60))
    #expect(configuration.journalMaintenance.keyAge == .seconds(90 * 24 * 3600))
    #expect(configuration.journalMaintenance.retention == nil)
    #expect(!configuration.sandbox && !configuration.insecure)
    #expect(configuration.logLevel == .info)
    #expect(configuration.logFormat == .json)
    #expect(try resolve(terminal: true).logFormat == .text)
  }

  @Test func whatTheJournalKeepsIsSetInDays() throws {
    let configuration = try resolve([
      .policy: ["p.yaml"], .auditRetention: ["400"], .journalKeyAge: ["never"],
    ])
    #expect(configuration.journalMaintenance.keyAge == nil)
    #expect(configuration.journalMaintenance.retention == .seconds(400 * 24 * 3600))
  }

  @Test func optionWinsOverEnvironmentOverFile() throws {
    let file = "drain-timeout: 1\njournal: sqlite:file.db\nlog-level: debug\n"
    let environment = [
      "PROVISIOND_DRAIN_TIMEOUT": "2", "PROVISIOND_JOURNAL": "sqlite:environment.db",
    ]
    let configuration = try resolve(
      [.drainTimeout: ["3"]], environment: environment, file: file)
    #expect(configuration.drainTimeout == .seconds(3))
    #expect(configuration.journal == .sqlite(path: "environment.db"))
    #expect(configuration.logLevel == .debug)
  }

  @Test func noSecretOfTheJournalsAddressIsShown() throws {
    let configuration = try resolve([
      .journal: ["postgres://ada:Secret-1@db.internal:5433/journal?sslpassword=Secret-2"],
      .journalKeys: ["keys"],
    ])
    #expect(configuration.journal.description == "postgres://db.internal:5433/journal")
    #expect(configuration.journalKeysPath == "keys")
  }

  @Test func listenIsRepeatable() throws {
    let expected = ["127.0.0.1:1", "[::1]:2"]
    #expect(
      try resolve([.listen: expected]).listen.map(\.description) == expected)
    #expect(
      try resolve(environment: ["PROVISIOND_LISTEN": "127.0.0.1:1,[::1]:2"])
        .listen.map(\.description) == expected)
    #expect(
      try resolve(file: "listen: [\"127.0.0.1:1\", \"[::1]:2\"]").listen.map(\.description)
        == expected)
  }

  @Test(arguments: [
    (
      [Setting.drainTimeout: ["soon"]],
      "--drain-timeout: is not usable; accepted: seconds, 0 to 86400"
    ),
    ([.drainTimeout: ["-1"]], "--drain-timeout: is not usable; accepted: seconds, 0 to 86400"),
    (
      [.reconcileQuarantine: ["0"]],
      "--reconcile-quarantine: is not usable; accepted: seconds, 1 to 600"
    ),
    (
      [.auditRetention: ["7"]],
      "--audit-retention: is not usable; accepted: days, 8 to 36500, or never"
    ),
    (
      [.journalKeyAge: ["0"]],
      "--journal-key-age: is not usable; accepted: days, 1 to 36500, or never"
    ),
    ([.logFormat: ["xml"]], "--log-format: is not usable; accepted: text, json"),
    (
      [.listen: ["127.0.0.1"]],
      "--listen: is not usable; accepted: HOST:PORT, e.g. 127.0.0.1:50051 or [::1]:50051"
    ),
    (
      [.listen: ["::1:50051"]],
      "--listen: is not usable; accepted: HOST:PORT, e.g. 127.0.0.1:50051 or [::1]:50051"
    ),
    (
      [.journal: ["mysql://x"]],
      "--journal: is not usable; accepted: sqlite:PATH, postgres://USER@HOST:PORT/DATABASE"
    ),
    (
      [.journal: ["postgres://db/x?nonsense=1"]],
      "--journal: is not usable; accepted: sqlite:PATH, postgres://USER@HOST:PORT/DATABASE"
    ),
    (
      [.journal: ["postgres://db/x"]],
      "--journal-keys (or PROVISIOND_JOURNAL_KEYS) is required; "
        + "accepted: the path of a folder, with the same keys for all replicas"
    ),
    (
      [.policy: [""]],
      "--policy: is not usable; accepted: the path of a policy document"
    ),
    (
      [.listen: ["0.0.0.0:50051"]],
      "--listen: 0.0.0.0:50051 is off loopback without TLS; accepted: a loopback address, "
        + "--tls-certificate with --tls-private-key, or --insecure"
    ),
    (
      [.listen: ["0.0.0.0:50051"], .insecure: ["true"], .sandbox: ["true"]],
      "--listen: 0.0.0.0:50051 is off loopback, which --sandbox refuses; accepted: a loopback address"
    ),
  ])
  func refusedOption(options: [Setting: [String]], expected: String) {
    let error = #expect(throws: ConfigurationError.self) { try resolve(options) }
    #expect(error?.description == expected)
  }

  @Test func aSandboxKeepsItsAdminPortOnLoopback() throws {
    let options: [Setting: [String]] = [.adminListen: ["0.0.0.0:9464"]]
    #expect(try resolve(options).adminListen.isLoopback == false)
    let error = #expect(throws: ConfigurationError.self) {
      try resolve(options.merging([.sandbox: ["true"]]) { $1 })
    }
    #expect(
      error?.description
        == "--admin-listen: 0.0.0.0:9464 is off loopback, which --sandbox refuses; "
        + "accepted: a loopback address")
  }

  @Test func policyIsRequired() {
    let error = #expect(throws: ConfigurationError.self) {
      try ServerConfiguration.resolve(
        options: [:], environment: [:], filePath: nil, standardErrorIsTerminal: false)
    }
    #expect(
      error?.description
        == "--policy (or PROVISIOND_POLICY) is required; accepted: the path of a policy document")
  }

  @Test func tlsAllowsToListenOffLoopback() throws {
    let configuration = try resolve([
      .listen: ["0.0.0.0:50051"], .tlsCertificate: ["c.pem"], .tlsPrivateKey: ["k.pem"],
      .tlsClientCA: ["a.pem"],
    ])
    #expect(
      configuration.tls == TLSFiles(certificate: "c.pem", privateKey: "k.pem", clientCA: "a.pem"))
    #expect(try resolve().tls == nil)
  }

  @Test(arguments: [
    ([Setting.tlsCertificate], "--tls-certificate"), ([.tlsPrivateKey], "--tls-private-key"),
    ([.tlsClientCA], "--tls-client-ca"), ([.tlsClientCA, .tlsPrivateKey], "--tls-private-key"),
  ])
  func tlsNeedsCertificateAndKey(settings: [Setting], named: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try resolve(Dictionary(settings.map { ($0, ["x.pem"]) }) { $1 })
    }
    #expect(
      error?.description
        == "\(named): is not enough for TLS; accepted: --tls-certificate with --tls-private-key")
  }

  @Test func connections() throws {
    let none = try resolve().connections
    #expect(none.keepaliveTime == nil && none.maxAge == nil && none.maxConnections == nil)
    let settings: [Setting: [String]] = [
      .keepaliveTime: ["1"], .keepaliveTimeout: ["2"], .maxConnectionIdle: ["3"],
      .maxConnectionAge: ["4"], .maxConnectionAgeGrace: ["5"], .maxConnections: ["6"],
      .maxConcurrentStreams: ["7"],
    ]
    let connections = try resolve(settings).connections
    #expect(connections.keepaliveTime == .seconds(1))
    #expect(connections.keepaliveTimeout == .seconds(2))
    #expect(connections.maxIdle == .seconds(3))
    #expect(connections.maxAge == .seconds(4))
    #expect(connections.maxAgeGrace == .seconds(5))
    #expect(connections.maxConnections == 6)
    #expect(connections.maxConcurrentStreams == 7)
    for setting in settings.keys {
      for text in ["0", "-1", "1.5", "soon", "99999999999999999999"] {
        let error = #expect(throws: ConfigurationError.self) { try resolve([setting: [text]]) }
        #expect(error?.description.hasPrefix("--\(setting.rawValue): is not usable; ") == true)
      }
    }
  }

  @Test func insecureAllowsToListenOffLoopback() throws {
    let configuration = try resolve([.listen: ["0.0.0.0:50051"], .insecure: ["true"]])
    #expect(configuration.listen.map(\.isLoopback) == [false])
  }

  @Test(arguments: [
    ("lsten: x", ":1: unknown key 'lsten'; accepted: listen, admin-listen, "),
    ("journal: [a, b]", ":1: journal: has the wrong type; accepted: one text"),
    ("\n\nsandbox: maybe", ":3: sandbox: is not usable; accepted: true, false"),
    ("- a", ": accepted is a mapping of settings to values"),
    ("a: [", ": is not YAML"),
  ])
  func refusedFile(text: String, expected: String) {
    let error = #expect(throws: ConfigurationError.self) { try resolve(file: text) }
    #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
  }

  @Test func missingFile() {
    let error = #expect(throws: ConfigurationError.self) {
      try ServerConfiguration.resolve(
        options: [:], environment: [:], filePath: "/nonexistent/provisiond.yaml",
        standardErrorIsTerminal: false)
    }
    #expect(error?.description == "/nonexistent/provisiond.yaml: cannot be read as UTF-8 text")
  }

  @Test(arguments: [
    ("127.0.0.1:0", true), ("127.8.9.1:0", true), ("[::1]:0", true), ("localhost:0", true),
    ("0.0.0.0:0", false), ("10.0.0.1:0", false), ("[::]:0", false), ("127.example.org:0", false),
    ("127.0.0.1.example.org:0", false),
  ])
  func loopback(text: String, expected: Bool) throws {
    #expect(try #require(ListenAddress(text)).isLoopback == expected)
  }
}
