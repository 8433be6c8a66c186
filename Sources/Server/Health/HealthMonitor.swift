import Messages
import ServiceLifecycle

/// Looks at what the services need, and reports their health.
///
/// Creation needs a journal that takes records; reading the audit trail does not. The whole server
/// is healthy when `/readyz` says so.
struct HealthMonitor: Service {
  /// How late a change may be seen. What is looked at are a few flags in memory.
  static let interval = Duration.milliseconds(250)

  var reporter: HealthReporter
  var readiness: @Sendable () -> Readiness
  var takesRecords: @Sendable () -> Bool

  /// A reporter of the names that this server has.
  static func makeReporter() -> HealthReporter {
    HealthReporter(services: [
      HealthReporter.wholeServer, UserProvisioningService.name, AuditService.name,
    ])
  }

  func look() {
    func status(_ isHealthy: Bool) -> HealthReporter.ServingStatus {
      isHealthy ? .serving : .notServing
    }
    reporter.report(status(readiness().isReady), for: HealthReporter.wholeServer)
    reporter.report(status(takesRecords()), for: UserProvisioningService.name)
    reporter.report(.serving, for: AuditService.name)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        look()
        // Cancellation ends the sleep and the loop.
        try? await Task.sleep(for: Self.interval)
      }
    }
  }
}

extension HealthReporter {
  /// A server that drains takes no new callers, so that load balancers send them elsewhere.
  var readiness: Readiness.Check {
    Readiness.Check(
      name: "serving", passes: !isDraining, detail: isDraining ? "drains" : "takes calls")
  }
}
