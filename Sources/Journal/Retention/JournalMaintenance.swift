package import Logging
import Provisioning

/// What a journal does by itself while a service has it open: new keys when their time has come, and
/// the end of what it has held long enough.
package struct JournalMaintenance: Sendable {
  /// What an operator has chosen.
  package struct Settings: Equatable, Sendable {
    /// How old the keys get under which names are hashed; `nil`: no age.
    package var keyAge: Duration?

    package init(keyAge: Duration? = nil) {
      self.keyAge = keyAge
    }
  }

  /// Between two looks at what is due.
  static let interval = Duration.seconds(60)

  let keys: KeyAdministration

  /// Until the task is cancelled.
  package func run(_ settings: Settings, logger: Logger) async {
    while !Task.isCancelled {
      do {
        try await keys.maintain(rotatingAfter: settings.keyAge)
      } catch {
        logger.warning("the journal's keys are not looked after", metadata: ["reason": "\(error)"])
      }
      // Cancellation ends the sleep and the loop.
      try? await Task.sleep(for: Self.interval)
    }
  }
}
