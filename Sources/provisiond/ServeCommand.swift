import ArgumentParser
import Server

/// `provisiond serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves gRPC until SIGTERM or SIGINT.",
    discussion: """
      Each option is also an environment variable (--admin-listen: PROVISIOND_ADMIN_LISTEN) and a \
      key of the --config file (admin-listen). Precedence: option, environment, file, default. \
      AWS settings are the standard ones: AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, \
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER and so on.
      """)

  @Option(help: "A YAML file with settings.")
  var config: String?

  @Option(help: "HOST:PORT for gRPC over HTTP/2; repeatable. Default: 127.0.0.1:50051")
  var listen: [String] = []

  @Option(help: "HOST:PORT for /livez, /readyz and /metrics. Default: 127.0.0.1:9464")
  var adminListen: String?

  @Option(help: "The policy document. Required.")
  var policy: String?

  @Option(help: "The journal: sqlite:PATH or postgres://…. Default: sqlite:provisiond.db")
  var journal: String?

  @Option(
    help: """
      The folder of the journal's keys. Default: PATH.keys beside the SQLite file; required with \
      PostgreSQL.
      """)
  var journalKeys: String?

  @Option(
    help: """
      A file with a checkpoint that the journal has to reach, so that an older copy is not served.
      """)
  var journalAnchor: String?

  @Flag(help: "Gives every creation's answer its receipt; else where include_receipt asks for it.")
  var receipts = false

  @Option(
    help: """
      A file to which the audit trail is exported as it grows, as JSON Lines of CloudEvents with OCSF \
      events, or - for standard output.
      """)
  var auditExport: String?

  @Option(
    help: """
      The file that keeps how far that has come. Default: FILE.cursor, or PATH.export beside the \
      SQLite file for standard output; required for that with PostgreSQL.
      """)
  var auditExportCursor: String?

  @Flag(help: "Allows to listen off loopback without TLS or with an anonymous caller.")
  var insecure = false

  @Option(help: "Seconds that SIGTERM waits for calls in flight. Default: 30")
  var drainTimeout: String?

  @Option(
    help: "Seconds after a lost answer in which its user may still appear. Default: 60")
  var reconcileQuarantine: String?

  @OptionGroup(title: "Journal") var journalOptions: JournalOptions
  @OptionGroup(title: "TLS") var tls: TLSOptions
  @OptionGroup(title: "Connections") var connections: ConnectionOptions

  @Flag(help: "Uses the built-in user pool sandbox as upstream; needs no AWS account.")
  var sandbox = false

  @Option(help: "trace, debug, info, notice, warning, error, critical. Default: info")
  var logLevel: String?

  @Option(help: "text or json. Default: text on a terminal, else json")
  var logFormat: String?

  func run() async throws {
    ProcessSurroundings.prepareToServe()
    let environment = ProcessSurroundings.environment
    do {
      let configuration = try ServerConfiguration.resolve(
        options: options, environment: environment,
        filePath: config ?? environment["PROVISIOND_CONFIG"],
        standardErrorIsTerminal: ProcessSurroundings.standardErrorIsTerminal)
      configuration.bootstrapLogging()
      try await ProvisioningServer.run(configuration, environment: environment)
    } catch let error as ConfigurationError {
      throw Exit.because(error.description, code: .configuration)
    } catch let error as StartError {
      throw Exit.because(error.description, code: error.exitCode)
    }
  }

  /// The options that were given.
  private var options: [Setting: [String]] {
    var options: [Setting: [String]] = [:]
    options[.listen] = listen.isEmpty ? nil : listen
    options[.adminListen] = adminListen.map { [$0] }
    options[.policy] = policy.map { [$0] }
    options[.journal] = journal.map { [$0] }
    options[.journalKeys] = journalKeys.map { [$0] }
    options[.journalAnchor] = journalAnchor.map { [$0] }
    options[.receipts] = receipts ? ["true"] : nil
    options[.auditExport] = auditExport.map { [$0] }
    options[.auditExportCursor] = auditExportCursor.map { [$0] }
    options[.insecure] = insecure ? ["true"] : nil
    options[.drainTimeout] = drainTimeout.map { [$0] }
    options[.reconcileQuarantine] = reconcileQuarantine.map { [$0] }
    options.merge(journalOptions.options) { $1 }
    options.merge(tls.options) { $1 }
    options.merge(connections.options) { $1 }
    options[.sandbox] = sandbox ? ["true"] : nil
    options[.logLevel] = logLevel.map { [$0] }
    options[.logFormat] = logFormat.map { [$0] }
    return options
  }
}
