import Testing

@testable import Provisioning

@Suite("Authorization, and which answer wins")
struct AuthorizationTests {
  static let permissive = rules {
    $0.messageAction.allow = MessageAction.allCases
    $0.forceAliasCreation.allow = [true, false]
    $0.allowCallerPassword = true
  }

  private func caller(
    _ permissions: Set<Permission>, organizations: Caller.Organizations = .all
  ) -> Caller {
    Caller(
      id: "c", authentication: .anonymous, organizations: organizations, permissions: permissions)
  }

  @Test("An unknown organization and one that is not granted get the same answer")
  func sameAnswer() throws {
    let policy = try makePolicy()
    let unknown = makeRequest { $0.organization = "nobody" }
    let refusal = ProvisioningError.refused(.organizationNotGranted)
    let elsewhere = caller(Set(Permission.allCases), organizations: .only(["globex"]))
    #expect(thrown { () throws(ProvisioningError) in try evaluate(policy, unknown) } == refusal)
    let answer = thrown { () throws(ProvisioningError) in
      try evaluate(policy, makeRequest(), caller: elsewhere)
    }
    #expect(answer == refusal)
    let nothing = makeRequest { $0.organization = "" }
    #expect(thrown { () throws(ProvisioningError) in try evaluate(policy, nothing) } == refusal)
  }

  struct PermissionCase: Sendable {
    var granted: Set<Permission>
    var missing: Permission?
    var change: @Sendable (inout UserRequest) -> Void
  }

  static let permissionCases: [PermissionCase] = [
    .init(granted: [.createUsers], missing: nil) { _ in },
    .init(granted: [], missing: .createUsers) { _ in },
    .init(granted: [.validateUsers], missing: .createUsers) { _ in },
    .init(granted: [.validateUsers], missing: nil) { $0.validateOnly = true },
    .init(granted: [.createUsers], missing: nil) { $0.validateOnly = true },
    .init(granted: [.readAudit], missing: .validateUsers) { $0.validateOnly = true },
    .init(granted: [.createUsers], missing: .resendInvitations) {
      $0.messageAction = .value(.resend)
    },
    .init(granted: [.resendInvitations], missing: nil) { $0.messageAction = .value(.resend) },
    .init(granted: [.resendInvitations], missing: .validateUsers) {
      ($0.messageAction, $0.validateOnly) = (.value(.resend), true)
    },
    .init(granted: [.validateUsers], missing: .resendInvitations) {
      ($0.messageAction, $0.validateOnly) = (.value(.resend), true)
    },
    .init(granted: [.createUsers], missing: .resendInvitations) {
      ($0.messageAction, $0.validateOnly) = (.value(.resend), true)
    },
    .init(granted: [.validateUsers, .resendInvitations], missing: nil) {
      ($0.messageAction, $0.validateOnly) = (.value(.resend), true)
    },
    .init(granted: [.createUsers, .resendInvitations], missing: nil) {
      ($0.messageAction, $0.validateOnly) = (.value(.resend), true)
    },
    .init(granted: [.createUsers], missing: .forceAliasCreation) { $0.forceAliasCreation = true },
    .init(granted: [.createUsers, .forceAliasCreation], missing: nil) {
      $0.forceAliasCreation = true
    },
    .init(granted: [.createUsers], missing: .setTemporaryPassword) {
      $0.temporaryPassword = Sensitive("Secret-1")
    },
    .init(granted: [.createUsers, .setTemporaryPassword], missing: nil) {
      $0.temporaryPassword = Sensitive("Secret-1")
    },
    .init(granted: [.createUsers], missing: nil) { $0.userPoolID = acmePools[0].id },
    .init(granted: [.createUsers], missing: .choosePool) { $0.userPoolID = acmePools[1].id },
    .init(granted: [.createUsers], missing: .choosePool) { $0.userPoolID = "us-east-1_Other" },
    .init(granted: [.createUsers, .choosePool], missing: nil) { $0.userPoolID = acmePools[1].id },
  ]

  @Test("Permissions", arguments: permissionCases)
  func permissions(_ example: PermissionCase) throws {
    let policy = try makePolicy(company: Self.permissive)
    let error = thrown { () throws(ProvisioningError) in
      try evaluate(policy, makeRequest(example.change), caller: caller(example.granted))
    }
    #expect(error == example.missing.map { .refused(.permissionMissing($0)) })
  }

  @Test("A request goes to the organization's first pool, or to the one it names")
  func pools() throws {
    let policy = try makePolicy()
    #expect(try evaluate(policy, makeRequest()).specification.pool == acmePools[0])
    let second = makeRequest { $0.userPoolID = acmePools[1].id }
    #expect(try evaluate(policy, second).specification.pool == acmePools[1])
    let foreign = makeRequest { $0.userPoolID = "us-east-1_Other" }
    #expect(
      thrown { () throws(ProvisioningError) in try evaluate(policy, foreign) }
        == .refused(
          .policyForbids([
            Violation(
              field: "user_pool_id",
              description: "allowed: us-east-1_AbCd12345, eu-west-1_XyZ987654")
          ])))
  }

  @Test("A refusal wins over violations, and names every forbidden field")
  func refusalWins() throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.forbidden = ["custom:is_admin"]
        $0.desiredDeliveryMediums.allow = [.email]
        $0.messageAction.allow = [.send]
      })
    let request = makeRequest {
      $0.username = "white space"
      $0.userAttributes.append(UserAttribute(name: "custom:is_admin", value: "1"))
      $0.userAttributes.append(UserAttribute(name: "sub", value: "1"))
      $0.temporaryPassword = Sensitive("Secret-1")
      $0.forceAliasCreation = true
      $0.messageAction = .value(.suppress)
      $0.desiredDeliveryMediums = [.value(.email), .value(.sms)]
      $0.userPoolID = "us-east-1_Other"
      $0.requestID = "no"
    }
    let error = thrown { () throws(ProvisioningError) in try evaluate(policy, request) }
    #expect(error?.isForbidden == true)
    #expect(
      error?.fields == [
        "user_pool_id", "user_attributes[2].name", "user_attributes[3].name",
        "temporary_password", "force_alias_creation", "message_action",
        "desired_delivery_mediums[1]",
      ])
  }

  @Test("Authorization comes before validation")
  func authorizationFirst() throws {
    let policy = try makePolicy()
    let request = makeRequest { $0.username = "" }
    let error = thrown { () throws(ProvisioningError) in
      try evaluate(policy, request, caller: caller([]))
    }
    #expect(error == .refused(.permissionMissing(.createUsers)))
  }
}
