import Testing

@testable import Provisioning

/// What one combination of rule and request gives.
enum Outcome<Value: Sendable & Equatable>: Sendable, Equatable {
  case value(Value, PolicyDecision.Effect?)
  case forbidden
  case invalid
}

@Suite("Fields with default, allow and fixed")
struct PolicyKnobTests {
  struct ActionCase: Sendable {
    var rule: FieldRule<MessageAction, MessageAction>
    var asked: EnumField<MessageAction>
    var outcome: Outcome<MessageAction>
  }

  static let actionCases: [ActionCase] = [
    // No rule: SEND and SUPPRESS are free, SEND is the default and the API's own.
    .init(rule: .init(), asked: .unspecified, outcome: .value(.send, nil)),
    .init(rule: .init(), asked: .value(.send), outcome: .value(.send, nil)),
    .init(rule: .init(), asked: .value(.suppress), outcome: .value(.suppress, nil)),
    .init(rule: .init(), asked: .value(.resend), outcome: .forbidden),
    .init(rule: .init(), asked: .unrecognized(9), outcome: .invalid),
    // A default fills what is unset, and only that.
    .init(
      rule: .init(default: .suppress), asked: .unspecified, outcome: .value(.suppress, .defaulted)),
    .init(rule: .init(default: .suppress), asked: .value(.send), outcome: .value(.send, nil)),
    .init(rule: .init(default: .send), asked: .unspecified, outcome: .value(.send, .defaulted)),
    // allow bounds.
    .init(rule: .init(allow: [.send]), asked: .value(.suppress), outcome: .forbidden),
    .init(rule: .init(allow: [.send]), asked: .unspecified, outcome: .value(.send, nil)),
    .init(
      rule: .init(allow: [.send, .resend]), asked: .value(.resend), outcome: .value(.resend, nil)),
    // fixed wins, but never turns a resend into a creation.
    .init(rule: .init(fixed: .suppress), asked: .unspecified, outcome: .value(.suppress, .fixed)),
    .init(rule: .init(fixed: .suppress), asked: .value(.send), outcome: .value(.suppress, .fixed)),
    .init(rule: .init(fixed: .suppress), asked: .value(.suppress), outcome: .value(.suppress, nil)),
    .init(
      rule: .init(allow: [.send, .resend], fixed: .send), asked: .value(.resend),
      outcome: .forbidden),
    .init(
      rule: .init(default: .send, allow: [.send], fixed: .suppress), asked: .unspecified,
      outcome: .value(.suppress, .fixed)),
  ]

  @Test("message_action", arguments: actionCases)
  func messageAction(_ example: ActionCase) throws {
    let policy = try makePolicy(company: rules { $0.messageAction = example.rule })
    let request = makeRequest { $0.messageAction = example.asked }
    check(example.outcome, field: "message_action", of: policy, request) { $0.messageAction }
  }

  struct AliasCase: Sendable {
    var rule: FieldRule<Bool, Bool>
    var asked: Bool
    var outcome: Outcome<Bool>
  }

  static let aliasCases: [AliasCase] = [
    .init(rule: .init(), asked: false, outcome: .value(false, nil)),
    .init(rule: .init(), asked: true, outcome: .forbidden),
    .init(rule: .init(allow: [true, false]), asked: true, outcome: .value(true, nil)),
    .init(rule: .init(allow: [true, false]), asked: false, outcome: .value(false, nil)),
    .init(
      rule: .init(default: true, allow: [true]), asked: false, outcome: .value(true, .defaulted)),
    .init(rule: .init(default: true, allow: [true]), asked: true, outcome: .value(true, nil)),
    .init(rule: .init(fixed: true), asked: false, outcome: .value(true, .fixed)),
    .init(rule: .init(fixed: false), asked: true, outcome: .value(false, .fixed)),
    .init(rule: .init(fixed: false), asked: false, outcome: .value(false, nil)),
  ]

  @Test("force_alias_creation", arguments: aliasCases)
  func forceAliasCreation(_ example: AliasCase) throws {
    let policy = try makePolicy(company: rules { $0.forceAliasCreation = example.rule })
    let request = makeRequest { $0.forceAliasCreation = example.asked }
    check(example.outcome, field: "force_alias_creation", of: policy, request) {
      $0.forceAliasCreation
    }
  }

  struct MediumsCase: Sendable {
    var rule: FieldRule<MediumChoice, DeliveryMedium>
    var asked: [DeliveryMedium]
    var attributes: [String]
    var outcome: Outcome<[DeliveryMedium]>
  }

  static let mediumsCases: [MediumsCase] = [
    // No rule: each medium whose attribute is present.
    .init(rule: .init(), asked: [], attributes: ["email"], outcome: .value([.email], .defaulted)),
    .init(
      rule: .init(), asked: [], attributes: ["phone_number"], outcome: .value([.sms], .defaulted)),
    .init(
      rule: .init(), asked: [], attributes: ["email", "phone_number"],
      outcome: .value([.sms, .email], .defaulted)),
    .init(rule: .init(), asked: [], attributes: [], outcome: .invalid),
    .init(rule: .init(), asked: [.sms], attributes: ["email"], outcome: .invalid),
    .init(rule: .init(), asked: [.email], attributes: ["email"], outcome: .value([.email], nil)),
    .init(
      rule: .init(default: .mediums([.email])), asked: [], attributes: ["email", "phone_number"],
      outcome: .value([.email], .defaulted)),
    .init(
      rule: .init(default: .mediums([.email])), asked: [], attributes: ["phone_number"],
      outcome: .invalid),
    .init(
      rule: .init(default: .mediums([.email])), asked: [.sms], attributes: ["phone_number"],
      outcome: .value([.sms], nil)),
    .init(
      rule: .init(allow: [.email]), asked: [.sms], attributes: ["phone_number"],
      outcome: .forbidden),
    // AUTO chooses among the allowed ones.
    .init(
      rule: .init(allow: [.email]), asked: [], attributes: ["email", "phone_number"],
      outcome: .value([.email], .defaulted)),
    .init(
      rule: .init(fixed: .mediums([.sms])), asked: [.email], attributes: ["email", "phone_number"],
      outcome: .value([.sms], .fixed)),
    .init(
      rule: .init(fixed: .mediums([.sms])), asked: [.sms], attributes: ["phone_number"],
      outcome: .value([.sms], nil)),
    .init(
      rule: .init(fixed: .auto), asked: [.sms], attributes: ["email"],
      outcome: .value([.email], .fixed)),
  ]

  @Test("desired_delivery_mediums", arguments: mediumsCases)
  func mediums(_ example: MediumsCase) throws {
    let policy = try makePolicy(company: rules { $0.desiredDeliveryMediums = example.rule })
    let request = makeRequest { request in
      request.userAttributes.removeAll { !example.attributes.contains($0.name) }
      request.desiredDeliveryMediums = example.asked.map { .value($0) }
    }
    check(example.outcome, field: "desired_delivery_mediums", of: policy, request) {
      $0.desiredDeliveryMediums
    }
  }

  static let resendCases: [MediumsCase] = [
    // AUTO: the request must say it, by its attributes or by its mediums.
    .init(rule: .init(), asked: [], attributes: [], outcome: .invalid),
    .init(rule: .init(default: .auto), asked: [], attributes: [], outcome: .invalid),
    .init(rule: .init(fixed: .auto), asked: [], attributes: [], outcome: .invalid),
    .init(
      rule: .init(allow: [.email]), asked: [], attributes: ["phone_number"], outcome: .invalid),
    .init(rule: .init(), asked: [], attributes: ["email"], outcome: .value([.email], .defaulted)),
    .init(rule: .init(), asked: [.sms], attributes: [], outcome: .value([.sms], nil)),
    .init(rule: .init(fixed: .auto), asked: [.sms], attributes: [], outcome: .value([.sms], nil)),
    .init(
      rule: .init(fixed: .auto), asked: [.sms], attributes: ["email"],
      outcome: .value([.email], .fixed)),
    .init(rule: .init(allow: [.email]), asked: [.sms], attributes: [], outcome: .forbidden),
    // A list needs no attribute: the directory has the address.
    .init(
      rule: .init(default: .mediums([.email])), asked: [], attributes: [],
      outcome: .value([.email], .defaulted)),
    .init(
      rule: .init(default: .mediums([.email])), asked: [.sms], attributes: [],
      outcome: .value([.sms], nil)),
    .init(
      rule: .init(fixed: .mediums([.email])), asked: [.sms], attributes: [],
      outcome: .value([.email], .fixed)),
  ]

  @Test("desired_delivery_mediums of a resend", arguments: resendCases)
  func resendMediums(_ example: MediumsCase) throws {
    let policy = try makePolicy(
      company: rules {
        $0.messageAction.allow = [.send, .resend]
        $0.desiredDeliveryMediums = example.rule
      })
    let request = makeRequest { request in
      request.messageAction = .value(.resend)
      request.userAttributes.removeAll { !example.attributes.contains($0.name) }
      request.desiredDeliveryMediums = example.asked.map { .value($0) }
    }
    check(example.outcome, field: "desired_delivery_mediums", of: policy, request) {
      $0.desiredDeliveryMediums
    }
  }

  @Test("Mediums are not checked when no message will be sent, and passed on all the same")
  func suppressedMediums() throws {
    let policy = try makePolicy()
    let request = makeRequest {
      $0.userAttributes = []
      $0.messageAction = .value(.suppress)
      $0.desiredDeliveryMediums = [.value(.email)]
    }
    #expect(try evaluate(policy, request).specification.desiredDeliveryMediums == [.email])
    let unset = makeRequest {
      $0.userAttributes = []
      $0.messageAction = .value(.suppress)
    }
    let evaluation = try evaluate(policy, unset)
    #expect(evaluation.specification.desiredDeliveryMediums.isEmpty)
    #expect(evaluation.decisions.isEmpty)
  }

  private func check<Value: Equatable>(
    _ outcome: Outcome<Value>, field: String, of policy: Policy, _ request: UserRequest,
    _ value: (UserSpecification) -> Value
  ) {
    do throws(ProvisioningError) {
      let evaluation = try evaluate(policy, request)
      let decision = evaluation.decisions.first { $0.field == field }
      #expect(outcome == .value(value(evaluation.specification), decision?.effect))
    } catch {
      #expect(outcome == (error.isInvalid ? .invalid : .forbidden))
      #expect(error.fields.allSatisfy { $0.hasPrefix(field) })
    }
  }
}
