import Testing

@testable import Provisioning

extension PolicyGenerator {
  /// Rules of names, contacts and suppression on top of the others.
  mutating func rulesOfContacts() throws -> PolicyRules {
    var rules = try rules()
    if random.oneIn(2) {
      rules.username.normalize = random.subset(of: NormalizationStep.allCases)
    }
    if random.oneIn(3) { rules.username.pattern = try Pattern("[a-z@.0-9ü]{1,20}") }
    if random.oneIn(4) { rules.username.generate = .email }
    if random.oneIn(2) {
      rules.suppressWhen = random.subset(of: [
        .emailDomain([try #require(DomainPattern("*.internal"))]),
        .attribute(name: "name", values: ["v1"]), .caller(["nobody"]),
      ])
    }
    if random.oneIn(2) { rules.contacts.verified = random.subset(of: RuleMerging.contacts) }
    if random.oneIn(3) {
      rules.contacts.emailDomainsDenied = [try #require(DomainPattern("denied.example"))]
    }
    if random.oneIn(2) { rules.contacts.phoneRegion = PhoneRegion(code: "IT") }
    if random.oneIn(4) { rules.clientMetadataMaximumBytes = 60 }
    return rules
  }

  mutating func requestOfContacts() -> UserRequest {
    var request = request()
    request.username = random.pick(["ada", "Ada", " ada", "u\u{308}da", "ada!", ""])
    request.userAttributes.removeAll { $0.name == "email" || $0.name == "phone_number" }
    if !random.oneIn(5) {
      let domain = random.pick(["example.com", "x.Internal", "denied.example"])
      request.userAttributes.append(UserAttribute(name: "email", value: "Ada@\(domain)"))
    }
    if random.oneIn(2) {
      let number = random.pick(["+390669882266", "06 698 82266", "12"])
      request.userAttributes.append(UserAttribute(name: "phone_number", value: number))
    }
    if random.oneIn(8) {
      request.userAttributes.append(UserAttribute(name: "email_verified", value: "false"))
    }
    return request
  }
}

@Suite("Properties of names, contacts and suppression")
struct ContactPropertyTests {
  private func forEachAllowed(
    seed: UInt64, _ check: (PolicyRules, UserRequest, Policy, PolicyEvaluation) throws -> Void
  ) throws {
    var generator = PolicyGenerator(seed: seed)
    var allowed = 0
    for _ in 0..<6_000 {
      let rules = try generator.rulesOfContacts()
      let request = generator.requestOfContacts()
      guard let policy = try? makePolicy(company: rules),
        let evaluation = try? evaluate(policy, request)
      else { continue }
      allowed += 1
      try check(rules, request, policy, evaluation)
    }
    #expect(allowed > 100)
  }

  @Test("The effective request, evaluated again, changes nothing")
  func idempotence() throws {
    try forEachAllowed(seed: 11) { rules, request, policy, evaluation in
      guard !rules.givesWhatNobodyMayAskFor else { return }
      let again = try evaluate(policy, UserRequest(asking: evaluation.specification, like: request))
      #expect(again.specification == evaluation.specification)
      #expect(again.decisions.isEmpty, "\(again.decisions)")
    }
  }

  @Test("Suppression wins over everything, and nobody else is suppressed by it")
  func suppression() throws {
    try forEachAllowed(seed: 12) { rules, _, _, evaluation in
      let call = evaluation.specification
      let isMatch = (rules.suppressWhen ?? []).contains {
        $0.matches(call.userAttributes, callerID: fullCaller.id)
      }
      if isMatch { #expect(call.messageAction == .suppress) }
      #expect(isMatch || !evaluation.decisions.contains { $0.effect == .suppressed })
    }
  }

  @Test("Names, domains and numbers that went through are as the rules want them")
  func results() throws {
    try forEachAllowed(seed: 13) { rules, request, _, evaluation in
      let call = evaluation.specification
      let steps = UsernameNormalization(rules.username.normalize ?? [])
      #expect(steps.normalized(call.username) == nil)
      if let pattern = rules.username.pattern { #expect(pattern.matches(call.username)) }
      let email = call.userAttributes.value(of: "email") ?? ""
      let isDenied = email.hasSuffix("@denied.example")
      #expect(!isDenied || rules.contacts.emailDomainsDenied == nil)
      let number = call.userAttributes.value(of: "phone_number")
      #expect(number.map(ContactShape.isPhoneNumber) ?? true)
      let isResend = request.messageAction == .value(.resend)
      for contact in isResend ? [] : rules.contacts.verified ?? [] {
        let says = call.userAttributes.value(of: contact + "_verified")
        #expect(says == (call.userAttributes.hasValue(named: contact) ? "true" : nil))
      }
    }
  }
}
