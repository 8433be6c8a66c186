import Testing

@testable import Provisioning

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same cases.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// True once in `count` times.
  mutating func oneIn(_ count: UInt64) -> Bool { next() % count == 0 }

  mutating func subset<Value>(of values: [Value]) -> [Value] {
    values.filter { _ in oneIn(2) }
  }

  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int(next() % UInt64(values.count))]
  }
}

/// Rules and requests over few names and values, so that they meet often.
struct PolicyGenerator {
  static let names = ["email", "phone_number", "name", "locale", "custom:a", "custom:b"]
  static let mediumChoices: [MediumChoice] = [.auto, .mediums([.email]), .mediums([.sms, .email])]
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func value(of name: String) -> String {
    let number = random.next() % 3
    return switch name {
    case "email": "u\(number)@example.com"
    case "phone_number": "+49\(number)"
    default: "v\(number)"
    }
  }

  mutating func map() throws -> [TemplateEntry] {
    var entries: [TemplateEntry] = []
    for name in Self.names where random.oneIn(4) {
      let text =
        name.hasPrefix("custom:") && random.oneIn(2) ? "${creation.id}" : value(of: name)
      entries.append(TemplateEntry(name: name, value: try ValueTemplate(text)))
    }
    return entries
  }

  mutating func rules() throws -> PolicyRules {
    var rules = PolicyRules()
    if random.oneIn(2) { rules.messageAction.default = random.pick([.send, .suppress]) }
    if random.oneIn(2) { rules.messageAction.allow = random.subset(of: MessageAction.allCases) }
    if random.oneIn(4) { rules.messageAction.fixed = random.pick([.send, .suppress]) }
    if random.oneIn(2) {
      rules.desiredDeliveryMediums.default = random.pick(Self.mediumChoices)
    }
    if random.oneIn(2) {
      rules.desiredDeliveryMediums.allow = random.subset(of: DeliveryMedium.allCases)
    }
    if random.oneIn(4) { rules.desiredDeliveryMediums.fixed = random.pick(Self.mediumChoices) }
    if random.oneIn(2) { rules.forceAliasCreation.default = random.oneIn(2) }
    if random.oneIn(2) { rules.forceAliasCreation.allow = random.subset(of: [true, false]) }
    if random.oneIn(4) { rules.forceAliasCreation.fixed = random.oneIn(2) }
    if random.oneIn(6) { rules.attributes.forbidden = [random.pick(Self.names)] }
    rules.attributes.values = MapRule(default: try map(), fixed: try map())
    if random.oneIn(3) {
      rules.attributes.allow = Self.names.filter { _ in !random.oneIn(8) }
    }
    if random.oneIn(2) { rules.attributes.required = random.subset(of: ["email", "name"]) }
    rules.clientMetadata = MapRule(default: try map(), fixed: try map())
    rules.validationData = MapRule(default: try map(), fixed: try map())
    return rules
  }

  mutating func request() -> UserRequest {
    var request = UserRequest(organization: "acme", username: "ada")
    for name in random.subset(of: Self.names).reversed() {
      request.userAttributes.append(UserAttribute(name: name, value: value(of: name)))
    }
    for name in random.subset(of: Self.names) {
      request.clientMetadata.append(MetadataEntry(key: name, value: value(of: name)))
    }
    for name in random.subset(of: Self.names) {
      request.validationData.append(UserAttribute(name: name, value: value(of: name)))
    }
    if random.oneIn(2) { request.messageAction = .value(random.pick(MessageAction.allCases)) }
    request.desiredDeliveryMediums = random.subset(of: DeliveryMedium.allCases).map { .value($0) }
    request.forceAliasCreation = random.oneIn(2)
    return request
  }
}

@Suite("Properties of every policy and request")
struct PolicyPropertyTests {
  static let cases = 1_500

  /// What became of the cases of a run: a property that never met its subject shows nothing.
  struct Tally {
    var policies = 0
    var allowed = 0
    var refused = 0
    var invalid = 0
  }

  private func forEachCase(
    seed: UInt64,
    _ check: (PolicyRules, UserRequest, Policy, Result<PolicyEvaluation, ProvisioningError>) throws
      -> Void
  ) throws {
    var generator = PolicyGenerator(seed: seed)
    var tally = Tally()
    for _ in 0..<Self.cases {
      let (company, acme) = (try generator.rules(), try generator.rules())
      let request = generator.request()
      // The company's rules alone, or with the organization's over them.
      let own = generator.random.oneIn(2) ? acme : PolicyRules()
      guard let policy = try? makePolicy(company: company, acme: own) else { continue }
      let rules = try #require(policy.effectiveRules(of: "acme"))
      tally.policies += 1
      // No organization drops what the company fixes or forbids.
      let fixed = rules.attributes.values.fixed.map(\.name)
      #expect(company.attributes.values.fixed.allSatisfy { fixed.contains($0.name) })
      #expect(company.attributes.forbidden.allSatisfy(rules.attributes.forbidden.contains))
      let result = Result { () throws(ProvisioningError) in try evaluate(policy, request) }
      switch result {
      case .success: tally.allowed += 1
      case .failure(let error):
        if error.isInvalid { tally.invalid += 1 } else { tally.refused += 1 }
      }
      try check(rules, request, policy, result)
    }
    #expect(tally.policies > 300)
    #expect(tally.allowed > 50 && tally.refused > 50 && tally.invalid > 20, "\(tally)")
  }

  @Test("A fixed value always wins")
  func fixedWins() throws {
    try forEachCase(seed: 1) { rules, request, _, result in
      guard case .success(let evaluation) = result else { return }
      let specification = evaluation.specification
      if let fixed = rules.messageAction.fixed { #expect(specification.messageAction == fixed) }
      if case .mediums(let fixed)? = rules.desiredDeliveryMediums.fixed {
        #expect(specification.desiredDeliveryMediums == fixed)
      }
      // A resend overwrites nothing in its request.
      guard request.messageAction != .value(.resend) else { return }
      if let fixed = rules.forceAliasCreation.fixed {
        #expect(specification.forceAliasCreation == fixed)
      }
      for entry in rules.clientMetadata.fixed {
        let expected = entry.value.constant ?? creationID.description
        #expect(specification.clientMetadata.contains(.init(key: entry.name, value: expected)))
      }
      for entry in rules.attributes.values.fixed {
        let expected = entry.value.constant ?? creationID.description
        #expect(specification.userAttributes.contains(.init(name: entry.name, value: expected)))
      }
    }
  }

  @Test("What a request asks for is never beyond allow")
  func allowBounds() throws {
    try forEachCase(seed: 2) { rules, request, _, result in
      guard case .success(let evaluation) = result else { return }
      let specification = evaluation.specification
      if rules.messageAction.fixed == nil {
        let allow = rules.messageAction.allow ?? [.send, .suppress]
        #expect(allow.contains(specification.messageAction))
      }
      // A resend leaves unset what its request does.
      let isUnset = request.messageAction == .value(.resend) && !request.forceAliasCreation
      if rules.forceAliasCreation.fixed == nil, !isUnset {
        #expect(
          (rules.forceAliasCreation.allow ?? [false]).contains(specification.forceAliasCreation))
      }
      if rules.desiredDeliveryMediums.fixed == nil, let allow = rules.desiredDeliveryMediums.allow {
        #expect(specification.desiredDeliveryMediums.allSatisfy(allow.contains))
      }
      if let allow = rules.attributes.allow {
        let fixed = rules.attributes.values.fixed.map(\.name)
        #expect(request.userAttributes.allSatisfy { (allow + fixed).contains($0.name) })
      }
      let forbidden = rules.attributes.forbidden
      #expect(!request.userAttributes.contains { forbidden.contains($0.name) })
    }
  }

  @Test("The effective request, evaluated again, changes nothing")
  func idempotence() throws {
    try forEachCase(seed: 3) { rules, request, policy, result in
      guard case .success(let evaluation) = result else { return }
      guard !rules.givesWhatNobodyMayAskFor else { return }
      let again = try evaluate(
        policy, UserRequest(asking: evaluation.specification, like: request))
      #expect(again.specification == evaluation.specification)
      #expect(again.decisions.isEmpty, "\(again.decisions)")
    }
  }

  @Test("Nothing is changed silently, and no decision stands for nothing")
  func decisions() throws {
    try forEachCase(seed: 4) { _, request, _, result in
      guard case .success(let evaluation) = result else { return }
      let specification = evaluation.specification
      let asked = UserRequest(asking: specification, like: request)
      let fields = evaluation.decisions.map(\.field)
      #expect(Set(fields).count == fields.count)
      let changed = Set(
        specification.userAttributes.filter { !request.userAttributes.contains($0) }
          .map { "user_attributes[\($0.name)]" }
          + specification.validationData.filter { !request.validationData.contains($0) }
          .map { "validation_data[\($0.name)]" }
          + specification.clientMetadata.filter { !request.clientMetadata.contains($0) }
          .map { "client_metadata[\($0.key)]" }
          + (asked.forceAliasCreation == request.forceAliasCreation
            ? [] : ["force_alias_creation"])
          + (asked.desiredDeliveryMediums == request.desiredDeliveryMediums
            ? [] : ["desired_delivery_mediums"]))
      // An unset message action is SEND for the API, too: without a rule nothing is decided.
      #expect(Set(fields).subtracting(["message_action"]) == changed)
      if asked.messageAction != request.messageAction, specification.messageAction != .send {
        #expect(fields.contains("message_action"))
      }
    }
  }
}

extension PolicyRules {
  /// Then an effective request cannot be made as it is.
  var givesWhatNobodyMayAskFor: Bool {
    let defaults = attributes.values.default.map(\.name)
    let given = defaults + attributes.values.fixed.map(\.name)
    let isAllowed = attributes.allow.map { defaults.allSatisfy($0.contains) } ?? true
    return !isAllowed || given.contains { attributes.forbidden.contains($0) }
  }
}
