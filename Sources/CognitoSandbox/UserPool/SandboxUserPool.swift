import Synchronization

/// One user pool of a sandbox: its settings, and its users behind one lock.
package final class SandboxUserPool: Sendable {
  package let settings: SandboxPool
  /// Milliseconds of the Unix epoch.
  let createdAt: Int64
  /// By name, custom ones with their prefix.
  let schema: [String: SandboxAttribute]
  private let table: Mutex<UserTable>

  init(settings: SandboxPool, random: SandboxRandom, now: Int64) {
    self.settings = settings
    createdAt = now
    schema = Dictionary(
      (SandboxAttribute.standard + settings.customAttributes).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
    table = Mutex(UserTable(settings: settings, random: random))
  }

  package var userCount: Int { table.withLock { $0.count } }

  /// In the order of their creation.
  package var users: [SandboxUser] { table.withLock { $0.ordered } }

  /// Finds a user by user name, `sub` or alias.
  package func user(named name: String) -> SandboxUser? {
    table.withLock { $0.user(named: name) }
  }

  /// Puts a user in a state that no operation of the sandbox leads to.
  ///
  /// - Returns: whether there is such a user.
  @discardableResult
  package func setStatus(_ status: SandboxUser.Status, of name: String) -> Bool {
    table.withLock { $0.setStatus(status, of: name) }
  }

  func create(_ creation: UserCreation, now: Int64) throws(ServiceException) -> SandboxUser {
    try table.withLock { (table) throws(ServiceException) in
      try table.create(creation, now: now)
    }
  }

  func resendInvitation(
    to name: String, temporaryPassword: String?, delivery: InvitationDelivery?, now: Int64
  ) throws(ServiceException) -> SandboxUser {
    try table.withLock { (table) throws(ServiceException) in
      try table.renewInvitation(
        of: name, temporaryPassword: temporaryPassword, delivery: delivery, now: now)
    }
  }

  func delete(named name: String) throws(ServiceException) {
    guard table.withLock({ $0.delete(named: name) }) else { throw .userNotFound }
  }
}
