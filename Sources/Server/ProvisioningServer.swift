import GRPC
import HTTP2
import Journal
package import Logging
import NIOCore
import NIOPosix
import Provisioning
import ServiceLifecycle
import UnixSignals

/// The whole service: builds every part of it, in the order in which they depend on each other, and
/// runs them until it is told to stop.
package struct ProvisioningServer {
  private let configuration: ServerConfiguration
  private let environment: [String: String]
  private let openJournal: JournalOpener
  private let group = MultiThreadedEventLoopGroup.singleton
  private let logger = Logger(label: "provisiond")

  /// Opens the journal of a configuration. Blocks; for the start of the process.
  package typealias JournalOpener =
    @Sendable (ServerConfiguration, Logger) throws(StartError) -> any ServerJournal

  /// Serves until SIGTERM or SIGINT, then drains.
  ///
  /// - Throws: ``StartError``, with the exit code that the process should end with.
  package static func run(
    _ configuration: ServerConfiguration, environment: [String: String],
    openJournal: @escaping JournalOpener = openJournal
  ) async throws(StartError) {
    // The service's own files, an operator's and the first clients' connections; each event loop has
    // three.
    let needed = 128 + 4 * System.coreCount
    guard DescriptorLimit.current >= needed else {
      throw StartError(
        .configuration,
        "too few files may be open: \(DescriptorLimit.current); accepted: \(needed) (ulimit -n)")
    }
    try await ProvisioningServer(
      configuration: configuration, environment: environment, openJournal: openJournal
    ).run()
  }

  private init(
    configuration: ServerConfiguration, environment: [String: String],
    openJournal: @escaping JournalOpener
  ) {
    self.configuration = configuration
    self.environment = environment
    self.openJournal = openJournal
  }

  private func run() async throws(StartError) {
    let stopSignals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let reloadSignals = await UnixSignalsSequence(trapping: .sighup)
    let policies = try openPolicy()
    let certificates = try openCertificates()
    let journal = try openJournal(configuration, logger)
    let upstream = try await Upstream.start(
      configuration, environment: environment, pools: policies.current.userPools, group: group,
      logger: logger)
    policies.prepare { upstream.prepare(for: $0.userPools) }
    recordChanges(of: policies, in: journal)
    let survey = UserPoolSurvey(
      policy: { policies.current }, reader: upstream.directory, logger: logger)
    let creations = makeCreations(in: journal, upstream)
    let export = try await AuditExportService(configuration, journal, policies, logger: logger)
    let witness = try WitnessService(configuration.witness, journal, group: group, logger: logger)
    try await begin(journal, creations, policyDigest: policies.current.digest)
    let metrics = CallMetrics()
    let health = HealthMonitor.makeReporter()
    let door = CallersDoor(
      policies: policies, journal: journal, creations: creations, pools: survey, metrics: metrics,
      health: health, alwaysGivesReceipts: configuration.receipts, logger: logger)
    let monitor = HealthMonitor(
      reporter: health,
      readiness: {
        Readiness(
          checks: [
            policies.readiness, journal.readiness, upstream.readiness, survey.readiness,
            health.readiness,
          ]
            + (certificates.map { [$0.readiness] } ?? []))
      },
      takesRecords: { journal.readiness.passes })
    // Whoever connects finds services that serve.
    monitor.look()
    let server = try door.makeServer(configuration.connections)
    let addresses = try await listen(server, certificates?.identity)
    let admin = try await listenForAdmin(
      AdminRouter(
        readiness: monitor.readiness,
        metrics: {
          metrics.exposition + journal.exposition + creations.statistics.exposition
            + policies.exposition
        }))
    logger.notice(
      "serving",
      metadata: [
        "listen": "\(addresses.joined(separator: ","))", "admin_port": "\(admin.port)",
        "tls": "\(certificates != nil)", "upstream": "\(upstream.name)",
        "journal": "\(configuration.journal)", "policy_digest": "\(policies.current.digest)",
      ])
    let checkpoints = CheckpointLog(journal: journal, logger: logger)
    // Stopped in the reverse order: first the door, last the journal.
    let services: KeyValuePairs<String, any Service> = [
      // The survey's last call ends with the connections of the upstream.
      "journal": JournalService(journal: journal, policies: policies, checkpoints: checkpoints),
      "checkpoints": checkpoints,
      "maintenance": MaintenanceService(
        journal: journal, settings: configuration.journalMaintenance, logger: logger),
      "export": export, "witness": witness, "survey": survey, "upstream": upstream,
      "control": ControlService(journal: journal as? SQLiteJournal, group: group, logger: logger),
      "reconciliation": ReconciliationService(creations: creations),
      "reload": ReloadService(
        signals: reloadSignals, sources: [policies] + (certificates.map { [$0] } ?? []),
        logger: logger),
      "memory": MemoryService(), "admin": AdminService(listener: admin), "health": monitor,
      "grpc": GRPCService(server: server, health: health, drainTimeout: configuration.drainTimeout),
    ]
    try await run(services, until: StopSignalService(signals: stopSignals, logger: logger))
  }

  private func makeCreations(
    in journal: any ServerJournal, _ upstream: Upstream
  ) -> any Creations {
    var timing = CreationTiming()
    timing.quarantine = configuration.reconcileQuarantine
    return journal.makeCreations(directory: upstream.directory, timing: timing, logger: logger)
  }

  private func recordChanges(of policies: PolicyStore, in journal: any ServerJournal) {
    policies.announce { [logger] digest in
      Task {
        do {
          try await journal.record(.policyChanged, policyDigest: digest)
        } catch {
          logger.error(
            "a change of the policy is not recorded",
            metadata: ["digest": "\(digest)", "reason": "\(error)"])
        }
      }
    }
  }

  /// Records the start, and takes up what an earlier process left.
  private func begin(
    _ journal: any ServerJournal, _ creations: any Creations, policyDigest: String
  ) async throws(StartError) {
    do {
      try await journal.record(.started, policyDigest: policyDigest)
    } catch {
      throw StartError(.journalFailed, "the journal takes no records: \(error)")
    }
    do {
      try await creations.start()
    } catch {
      throw StartError(.configuration, "the journal cannot be read: \(error)")
    }
  }

  private func openPolicy() throws(StartError) -> PolicyStore {
    let isExposed = configuration.listen.contains { !$0.isLoopback }
    let policies: PolicyStore
    do {
      policies = try PolicyStore(
        path: configuration.policyPath, allowsAnonymous: !isExposed || configuration.insecure)
    } catch {
      throw StartError(.configuration, error.description)
    }
    if isExposed, configuration.insecure {
      logger.warning(
        "insecure: callers off this machine need neither TLS nor a credential",
        metadata: ["tls": "\(configuration.tls != nil)"])
    }
    let unreachable = policies.current.callers.filter {
      $0.credential.authentication == .certificate && configuration.tls?.clientCA == nil
    }
    if !unreachable.isEmpty {
      logger.warning(
        "callers that are known by a certificate cannot call: no client is asked for one",
        metadata: [
          "callers": "\(unreachable.map(\.caller.id).joined(separator: ","))",
          "remedy": "--tls-client-ca",
        ])
    }
    return policies
  }

  private func openCertificates() throws(StartError) -> CertificateStore? {
    guard let files = configuration.tls else { return nil }
    do {
      return try CertificateStore(files)
    } catch {
      throw StartError(.configuration, error.description)
    }
  }

  /// The journal where the configuration says that it is.
  package static func openJournal(
    _ configuration: ServerConfiguration, logger: Logger
  ) throws(StartError) -> any ServerJournal {
    let upstream: JournalUpstream = configuration.sandbox ? .sandbox : .cognito
    let anchor = try configuration.journalAnchorPath.map(JournalOperations.readCheckpoint)
    do {
      switch configuration.journal {
      case .sqlite(let path):
        return try SQLiteJournal.open(
          path: path, keysDirectory: configuration.journalKeysPath, upstream: upstream,
          anchor: anchor, clock: SystemClock(), identifiers: SystemIdentifiers(), logger: logger)
      case .postgreSQL(let address):
        return try PostgreSQLJournal.open(
          address: address, keysDirectory: configuration.journalKeysPath, upstream: upstream,
          anchor: anchor, clock: SystemClock(), identifiers: SystemIdentifiers(), logger: logger)
      }
    } catch {
      throw StartError(error)
    }
  }

  private func listen(
    _ server: GRPCServer, _ identity: TLSIdentity?
  ) async throws(StartError) -> [String] {
    var addresses: [String] = []
    for address in configuration.listen {
      do {
        let bound = try await server.listen(
          host: address.host, port: address.port, group: group, tls: identity)
        addresses.append("\(ListenAddress(host: address.host, port: bound.port ?? address.port))")
      } catch {
        throw StartError(.configuration, "--listen: \(address) cannot be listened on: \(error)")
      }
    }
    return addresses
  }

  private func listenForAdmin(_ router: AdminRouter) async throws(StartError) -> AdminListener {
    do {
      return try await AdminListener.start(
        on: configuration.adminListen, router: router, group: group)
    } catch {
      throw StartError(
        .configuration,
        "--admin-listen: \(configuration.adminListen) cannot be listened on: \(error)")
    }
  }

  private func run(
    _ services: KeyValuePairs<String, any Service>, until stop: StopSignalService
  ) async throws(StartError) {
    let serviceGroup = ServiceGroup(
      configuration: .init(
        services: services.map { .init(service: NamedService($0.key, $0.value)) }
          + [
            .init(
              service: NamedService("stop signals", stop),
              successTerminationBehavior: .gracefullyShutdownGroup)
          ],
        logger: logger))
    do {
      try await serviceGroup.run()
    } catch let error as StartError {
      throw error
    } catch {
      throw StartError(.internalError, "\(error)")
    }
    logger.notice("stopped")
  }
}
