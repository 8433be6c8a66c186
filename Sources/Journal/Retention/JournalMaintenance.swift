package import Logging
import Provisioning

/// What a journal does by itself while a service has it open: new keys when their time has come, and
/// the end of what it has held long enough.
package struct JournalMaintenance: Sendable {
  /// What an operator has chosen.
  package struct Settings: Equatable, Sendable {
    /// How old the keys get under which names are hashed; `nil`: no age.
    package var keyAge: Duration?
    /// After which time the bodies of records are removed; `nil`: never. Not less than
    /// ``RecordRetention/leastAge``.
    package var retention: Duration?

    package init(keyAge: Duration? = nil, retention: Duration? = nil) {
      self.keyAge = keyAge
      self.retention = retention
    }
  }

  /// Between two looks at what is due.
  static let interval = Duration.seconds(60)

  let keys: KeyAdministration
  let retention: RecordRetention

  /// Until the task is cancelled.
  package func run(_ settings: Settings, logger: Logger) async {
    while !Task.isCancelled {
      do {
        try await keys.maintain(rotatingAfter: settings.keyAge)
      } catch {
        logger.warning("the journal's keys are not looked after", metadata: ["reason": "\(error)"])
      }
      await expire(settings.retention, logger)
      // Cancellation ends the sleep and the loop.
      try? await Task.sleep(for: Self.interval)
    }
  }

  private func expire(_ age: Duration?, _ logger: Logger) async {
    guard let age else { return }
    do {
      let count = try await retention.expire(olderThan: age)
      if count > 0 {
        logger.notice("the bodies of old records were removed", metadata: ["count": "\(count)"])
      }
    } catch {
      logger.warning("old records keep their bodies", metadata: ["reason": "\(error)"])
    }
  }
}
