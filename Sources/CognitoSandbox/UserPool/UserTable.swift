/// The users of one pool and the names that lead to them.
struct UserTable {
  private var users: [String: SandboxUser] = [:]
  /// `sub` to the folded user name.
  private var keysBySub: [String: String] = [:]
  private var keysByAlias: [AliasKey: String] = [:]
  private var nextOrdinal = 0

  let settings: SandboxPool
  var random: SandboxRandom

  init(settings: SandboxPool, random: SandboxRandom) {
    self.settings = settings
    self.random = random
  }

  var count: Int { users.count }

  /// In the order of their creation.
  var ordered: [SandboxUser] {
    users.values.sorted { $0.ordinal < $1.ordinal }
  }

  /// Finds a user by user name, `sub` or alias, as AdminGetUser does.
  func user(named name: String) -> SandboxUser? {
    key(named: name).flatMap { users[$0] }
  }

  mutating func create(
    _ creation: UserCreation, now: Int64
  ) throws(ServiceException) -> SandboxUser {
    let sub = random.uuid()
    let username = creation.username ?? sub
    let key = settings.folded(username)
    guard settings.retention != .discard else {
      return makeUser(creation, username: username, sub: sub, now: now)
    }
    guard users[key] == nil else { throw .usernameExists }
    if !creation.ignoresAliases { try checkAliases(of: creation) }
    if case .keep(let maximum) = settings.retention, users.count >= maximum {
      throw .limitExceeded
    }
    for alias in creation.aliases { claim(alias, for: key) }
    let user = makeUser(creation, username: username, sub: sub, now: now)
    users[key] = user
    keysBySub[sub] = key
    return user
  }

  /// A new temporary password for a user who has not signed in yet.
  mutating func renewInvitation(
    of name: String, temporaryPassword: String?, delivery: InvitationDelivery?, now: Int64
  ) throws(ServiceException) -> SandboxUser {
    guard let key = key(named: name), var user = users[key] else { throw .userNotFound }
    guard user.status == .forceChangePassword else {
      throw ServiceException(
        "UnsupportedUserStateException",
        "Resend not possible. \(name) status is not FORCE_CHANGE_PASSWORD")
    }
    try delivery?.check(user.attributes)
    user.temporaryPassword =
      temporaryPassword ?? random.password(for: settings.passwordPolicy)
    user.lastModifiedAt = now
    users[key] = user
    return user
  }

  /// - Returns: whether there was such a user.
  mutating func delete(named name: String) -> Bool {
    guard let key = key(named: name), let user = users.removeValue(forKey: key) else {
      return false
    }
    keysBySub[user.sub] = nil
    keysByAlias = keysByAlias.filter { $0.value != key }
    return true
  }

  /// - Returns: whether there is such a user.
  mutating func setStatus(_ status: SandboxUser.Status, of name: String) -> Bool {
    guard let key = key(named: name) else { return false }
    users[key]?.status = status
    return true
  }

  private func key(named name: String) -> String? {
    let folded = settings.folded(name)
    if users[folded] != nil { return folded }
    if let key = keysBySub[name] { return key }
    for alias in SandboxAlias.allCases {
      if let key = keysByAlias[AliasKey(alias: alias, value: folded)] { return key }
    }
    return nil
  }

  private func checkAliases(of creation: UserCreation) throws(ServiceException) {
    for alias in creation.aliases where keysByAlias[alias] != nil {
      guard settings.usernameAttributes.isEmpty else {
        throw ServiceException(
          "UsernameExistsException",
          "An account with the given \(alias.alias.rawValue) already exists.")
      }
      if creation.movesAliases, alias.alias.verificationFlag != nil { continue }
      throw ServiceException(
        "AliasExistsException", "An account with the \(alias.alias.rawValue) already exists.")
    }
  }

  /// The one who had the alias keeps the value and loses its verification.
  private mutating func claim(_ alias: AliasKey, for key: String) {
    guard let previous = keysByAlias.updateValue(key, forKey: alias),
      let flag = alias.alias.verificationFlag, var user = users[previous],
      let index = user.attributes.firstIndex(where: { $0.name == flag })
    else { return }
    user.attributes[index].value = "false"
    users[previous] = user
  }

  private mutating func makeUser(
    _ creation: UserCreation, username: String, sub: String, now: Int64
  ) -> SandboxUser {
    defer { nextOrdinal += 1 }
    return SandboxUser(
      username: username, sub: sub, attributes: creation.attributes, createdAt: now,
      lastModifiedAt: now,
      temporaryPassword: creation.temporaryPassword
        ?? random.password(for: settings.passwordPolicy),
      ordinal: nextOrdinal)
  }
}
