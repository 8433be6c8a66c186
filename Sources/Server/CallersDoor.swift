import GRPC
import HTTP2
import Journal
import Logging
import Messages
import Provisioning

/// Everything that callers reach: the services, and what stands around each call.
struct CallersDoor {
  let policies: PolicyStore
  let journal: any ServerJournal
  let creations: any Creations
  let pools: any UserPoolCatalog
  let metrics: CallMetrics
  let health: HealthReporter
  /// Whether every creation's answer has a receipt.
  let alwaysGivesReceipts: Bool
  let logger: Logger

  func makeServer(_ connections: ConnectionSettings) throws(StartError) -> GRPCServer {
    var router = RPCRouter()
    let createUser = CreateUser(
      creations: creations, denials: journal, identifiers: SystemIdentifiers(),
      clock: SystemClock(), random: SystemRandom(), pools: pools)
    let receipts = journal.proofs.map {
      Receipts(proofs: $0, isAlwaysGiven: alwaysGivesReceipts)
    }
    let recordDenial = { @Sendable [journal] (denial: Denial) in journal.record(denial) }
    UserProvisioningService(
      createUser: createUser, creations: creations, receipts: receipts, recordDenial: recordDenial
    ).register(with: &router)
    PolicyReading(recordDenial: recordDenial)
      .register(with: &router)
    AuditService(
      trail: journal, health: health, currentPolicy: { [policies] in policies.current },
      clock: SystemClock(), recordDenial: recordDenial
    ).register(with: &router)
    if let proofs = journal.proofs {
      AuditProofs(proofs: proofs, trail: journal, recordDenial: recordDenial)
        .register(with: &router)
    }
    HealthService(reporter: health).register(with: &router)
    let source = ChannelzSource(metrics: metrics)
    ChannelzService(view: source.view).register(with: &router)
    ReflectionService.register(with: &router, index: try Self.symbolIndex())
    let authentication = Authentication(
      policy: { [policies] in policies.inForce }, openServices: [HealthService.name],
      clock: SystemClock(), recordDenial: recordDenial)
    let errors = ErrorDescription(
      policy: { [policies] in policies.current }, recordDenial: recordDenial)
    let server = GRPCServer(
      router: router,
      interceptors: [
        metrics, CallTracing(export: SpanLog(logger)?.write), errors, authentication,
      ],
      limits: GRPCLimits(connections),
      logger: logger)
    source.attach(server)
    return server
  }

  private static func symbolIndex() throws(StartError) -> SymbolIndex {
    do {
      return try SymbolIndex(descriptorSet: DescriptorSet.serializedBytes)
    } catch {
      throw StartError(.internalError, "the descriptor set of this build cannot be read")
    }
  }
}

extension GRPCLimits {
  /// The defaults, but for what is configured.
  init(_ settings: ConnectionSettings) {
    self.init()
    http2.concurrentStreams = settings.maxConcurrentStreams ?? http2.concurrentStreams
    http2.connections = settings.maxConnections ?? http2.connections
    http2.life.keepaliveTime = settings.keepaliveTime ?? http2.life.keepaliveTime
    http2.life.keepaliveTimeout = settings.keepaliveTimeout ?? http2.life.keepaliveTimeout
    http2.life.maximumIdle = settings.maxIdle ?? http2.life.maximumIdle
    http2.life.maximumAge = settings.maxAge ?? http2.life.maximumAge
    http2.life.maximumAgeGrace = settings.maxAgeGrace ?? http2.life.maximumAgeGrace
  }
}
