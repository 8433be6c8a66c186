import Testing

@testable import Provisioning

@Suite("What a user pool asks of its users")
struct UserPoolDescriptionTests {
  private static let email = UserPoolDescription(usernameAttributes: [.email])
  private static let either = UserPoolDescription(usernameAttributes: [.email, .phoneNumber])
  private static let alias = UserPoolDescription(aliasAttributes: [.email, .phoneNumber])

  private func evaluate(
    _ description: UserPoolDescription, acme: PolicyRules = PolicyRules(),
    _ change: (inout UserRequest) -> Void
  ) throws(ProvisioningError) -> PolicyEvaluation {
    var inputs = someInputs
    inputs.pools = SpecialUserPools([acmePools[0]: description])
    inputs.random = SeededSource()
    let policy: Policy
    do {
      policy = try makePolicy(acme: acme)
    } catch {
      throw .auditUnavailable
    }
    return try policy.evaluate(makeRequest(change), caller: fullCaller, inputs: inputs)
  }

  @Test(
    "The name has to be what the pool takes, and must not be what it has as an alias",
    arguments: [
      (email, "ada", ["username"]), (email, "+441632960961", ["username"]),
      (email, "ada@example.com", []), (either, "+441632960961", []), (either, "ada", ["username"]),
      (alias, "ada", []), (alias, "ada@example.com", ["username"]),
      (alias, "+441632960961", ["username"]), (.ordinary, "ada@example.com", []),
      (UserPoolDescription(aliasAttributes: [.phoneNumber]), "ada@example.com", []),
      // One violation is enough.
      (email, "a b", ["username"]),
    ] as [(UserPoolDescription, String, [String])])
  func names(description: UserPoolDescription, name: String, fields: [String]) {
    let error = thrown { () throws(ProvisioningError) in
      try evaluate(description) { $0.username = name }
    }
    #expect(error?.fields ?? [] == fields)
    #expect(error?.isInvalid ?? true)
  }

  @Test("A resend is for a user who exists, by whichever name")
  func resend() throws {
    let acme = rules { $0.messageAction.allow = [.send, .resend] }
    for description in [Self.email, Self.alias] {
      for name in ["ada", "ada@example.com", "someone@else.example"] {
        _ = try evaluate(description, acme: acme) {
          $0.username = name
          $0.messageAction = .value(.resend)
        }
      }
    }
  }

  @Test("The contact that is the name becomes an attribute, before the rules look at it")
  func contactIsAdded() throws {
    let sent = try evaluate(Self.email) {
      $0.username = "ada@example.com"
      $0.userAttributes = []
    }
    #expect(
      sent.specification.userAttributes == [UserAttribute(name: "email", value: "ada@example.com")])
    #expect(sent.specification.desiredDeliveryMediums == [.email])
    #expect(
      sent.decisions.contains(
        PolicyDecision(
          field: "user_attributes[email]", rule: "user_pool.username_attributes",
          effect: .defaulted)))
  }

  @Test("No rule is got around by naming the address in one place only")
  func rulesHold() throws {
    let acme = try rules {
      $0.contacts.emailDomainsDenied = [try #require(DomainPattern("bad.example"))]
      $0.suppressWhen = [.emailDomain([try #require(DomainPattern("*.test"))])]
      $0.attributes.required = ["email"]
    }
    let denied = thrown { () throws(ProvisioningError) in
      try evaluate(Self.email, acme: acme) {
        $0.username = "ada@bad.example"
        $0.userAttributes = []
      }
    }
    #expect(denied?.fields == ["user_attributes"])
    let suppressed = try evaluate(Self.email, acme: acme) {
      $0.username = "ada@x.test"
      $0.userAttributes = []
    }
    #expect(suppressed.specification.messageAction == .suppress)
    let two = thrown { () throws(ProvisioningError) in
      try evaluate(Self.email, acme: acme) { $0.username = "other@example.com" }
    }
    #expect(two?.fields == ["user_attributes[0].value"])
    let same = try evaluate(Self.email, acme: acme) { $0.username = "ADA@example.com" }
    #expect(same.specification.userAttributes.count == 2)
  }

  @Test("A password made here is as long as the pool asks for", arguments: [0, 8, 20, 21, 64, 99])
  func passwordLength(_ minimum: Int) throws {
    let acme = rules { $0.passwordSource = .service }
    let description = UserPoolDescription(minimumPasswordLength: minimum)
    let sent = try evaluate(description, acme: acme) { _ in }
    let call = sent.specification.withPassword(from: SeededSource())
    #expect(call.temporaryPassword?.exposed.count == max(20, minimum))
    // Until it is sent there is none.
    #expect(sent.specification.temporaryPassword == nil)
  }

  @Test("Another pool of the organization is another matter, and ordinary pools are none")
  func otherPools() throws {
    let second = try evaluate(Self.email) { $0.userPoolID = acmePools[1].id }
    #expect(second.specification.username == "ada")
    #expect(SpecialUserPools([acmePools[0]: .ordinary]) == nil)
    #expect(SpecialUserPools([:]) == nil)
  }
}
