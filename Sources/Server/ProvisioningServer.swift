import GRPC
import Journal
import Logging
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
  private let group = MultiThreadedEventLoopGroup.singleton
  private let logger = Logger(label: "provisiond")

  /// Serves until SIGTERM or SIGINT, then drains.
  ///
  /// - Throws: ``StartError``, with the exit code that the process should end with.
  package static func run(
    _ configuration: ServerConfiguration, environment: [String: String]
  ) async throws(StartError) {
    try await ProvisioningServer(configuration: configuration, environment: environment).run()
  }

  private init(configuration: ServerConfiguration, environment: [String: String]) {
    self.configuration = configuration
    self.environment = environment
  }

  private func run() async throws(StartError) {
    let policies = try openPolicy()
    let journal = try openJournal()
    let upstream = try await Upstream.start(
      configuration, environment: environment, pools: policies.current.userPools, group: group,
      logger: logger)
    let metrics = CallMetrics()
    let server = grpcServer(policies, journal, upstream, metrics)
    let addresses = try await listen(server)
    let admin = try await listenForAdmin(
      AdminRouter(
        readiness: {
          Readiness(checks: [policies.readiness, journal.readiness, upstream.readiness])
        },
        metrics: { metrics.exposition + journal.exposition + policies.exposition }))
    logger.notice(
      "serving",
      metadata: [
        "listen": "\(addresses.joined(separator: ","))", "admin_port": "\(admin.port)",
        "upstream": "\(upstream.name)", "journal": "\(configuration.journal)",
        "policy_digest": "\(policies.current.digest)",
      ])
    // Stopped in the reverse order: first the door, last the journal.
    let services: [any Service] = [
      JournalService(journal: journal), upstream,
      PolicyReloadService(policies: policies, logger: logger),
      AdminService(listener: admin),
      GRPCService(server: server, drainTimeout: configuration.drainTimeout),
    ]
    try await run(services)
  }

  private func openPolicy() throws(StartError) -> PolicyStore {
    let policies: PolicyStore
    do {
      policies = try PolicyStore(path: configuration.policyPath)
    } catch {
      throw StartError(.configuration, error.description)
    }
    let exposed = configuration.listen.first { !$0.isLoopback }
    if let exposed, policies.current.anonymousCaller != nil || configuration.insecure {
      guard configuration.insecure else {
        throw StartError(
          .configuration,
          "\(configuration.policyPath): callers: an anonymous caller is refused off loopback "
            + "(\(exposed)); accepted: callers that authenticate, or --insecure")
      }
      logger.warning("insecure: callers off this machine are served in the clear")
    }
    return policies
  }

  private func openJournal() throws(StartError) -> SQLiteJournal {
    switch configuration.journal {
    case .sqlite(let path):
      do {
        return try SQLiteJournal.open(
          path: path, keysDirectory: configuration.journalKeysPath,
          upstream: configuration.sandbox ? .sandbox : .cognito, clock: SystemClock(),
          identifiers: SystemIdentifiers(), logger: logger)
      } catch .lockedBy(let pid) {
        throw StartError(.journalLocked, JournalOpenError.lockedBy(pid).description)
      } catch {
        throw StartError(.configuration, error.description)
      }
    }
  }

  private func grpcServer(
    _ policies: PolicyStore, _ journal: SQLiteJournal, _ upstream: Upstream, _ metrics: CallMetrics
  ) -> GRPCServer {
    var router = RPCRouter()
    let createUser = CreateUser(
      policy: { policies.current }, directory: upstream.directory, journal: journal,
      identifiers: SystemIdentifiers())
    UserProvisioningService(createUser: createUser).register(with: &router)
    AuditService(trail: journal).register(with: &router)
    let authentication = Authentication { policies.current.anonymousCaller }
    return GRPCServer(
      router: router, interceptors: [metrics, ErrorDescription(), authentication],
      logger: logger)
  }

  private func listen(_ server: GRPCServer) async throws(StartError) -> [String] {
    var addresses: [String] = []
    for address in configuration.listen {
      do {
        let bound = try await server.listen(host: address.host, port: address.port, group: group)
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

  private func run(_ services: [any Service]) async throws(StartError) {
    let serviceGroup = ServiceGroup(
      configuration: .init(
        services: services.map { .init(service: $0) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
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
