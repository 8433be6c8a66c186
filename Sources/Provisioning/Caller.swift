/// What a caller may do (the `permissions` of the policy document; `*` is all of them).
package enum Permission: String, CaseIterable, Sendable {
  case createUsers = "users.create"
  case createUsersInBatch = "users.create.batch"
  case validateUsers = "users.validate"
  case resendInvitations = "users.resend"
  case setTemporaryPassword = "users.set_temporary_password"
  case forceAliasCreation = "users.force_alias_creation"
  case choosePool = "users.choose_pool"
  case readAudit = "audit.read"
  case readPolicy = "policy.read"
}

/// How a caller proved who it is.
package enum CallerAuthentication: String, Sendable {
  /// No identity was accepted: only a refusal is recorded with it.
  case unauthenticated
  case anonymous
  /// By a bearer token that the policy document has the hash of.
  case token
  /// By a client certificate.
  case certificate = "mtls"
  /// By a signed JSON Web Token.
  case jwt
  /// Not a caller: an operator of the service, by a command on its machine.
  case `operator`
}

/// An authenticated caller: an entry of the policy's `callers` that an identity matched.
package struct Caller: Equatable, Sendable {
  /// The organizations a caller is granted.
  package enum Organizations: Equatable, Sendable {
    case all
    case only(Set<String>)

    package func contains(_ organization: String) -> Bool {
      switch self {
      case .all: true
      case .only(let names): names.contains { $0.hasSameBytes(as: organization) }
      }
    }
  }

  package var id: String
  package var authentication: CallerAuthentication
  package var organizations: Organizations
  package var permissions: Set<Permission>

  package init(
    id: String,
    authentication: CallerAuthentication,
    organizations: Organizations,
    permissions: Set<Permission>
  ) {
    self.id = id
    self.authentication = authentication
    self.organizations = organizations
    self.permissions = permissions
  }
}
