import Testing

@testable import Provisioning

let acmePools = [
  UserPool(id: "us-east-1_AbCd12345", region: "us-east-1"),
  UserPool(id: "eu-west-1_XyZ987654", region: "eu-west-1"),
]

let fullCaller = Caller(
  id: "billing", authentication: .anonymous, organizations: .all,
  permissions: Set(Permission.allCases))

let creationID = Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
let someRequestID = "11111111-2222-4333-8444-555555555555"
let someInputs = PolicyInputs(
  creationID: creationID, requestID: someRequestID, onBehalfOf: "job-7")

func template(_ text: String) throws -> ValueTemplate { try ValueTemplate(text) }

func entries(_ pairs: KeyValuePairs<String, String>) throws -> [TemplateEntry] {
  try pairs.map { TemplateEntry(name: $0.key, value: try template($0.value)) }
}

/// A policy of one organization, acme, with the company's rules and its own.
func makePolicy(
  company: PolicyRules = PolicyRules(), acme: PolicyRules = PolicyRules(),
  callers: [Caller] = [fullCaller]
) throws(PolicyRuleError) -> Policy {
  var acme = acme
  if acme.userPools == nil, company.userPools == nil { acme.userPools = acmePools }
  return try Policy(
    digest: "d1", company: company,
    organizations: [OrganizationEntry(name: "acme", rules: acme)],
    callers: callers.map(anonymous))
}

func anonymous(_ caller: Caller) -> CallerEntry {
  CallerEntry(caller: caller, credential: .anonymous)
}

func rules(_ change: (inout PolicyRules) throws -> Void) rethrows -> PolicyRules {
  var rules = PolicyRules()
  try change(&rules)
  return rules
}

/// A request that every policy without rules allows.
func makeRequest(_ change: (inout UserRequest) -> Void = { _ in }) -> UserRequest {
  var request = UserRequest(
    organization: "acme", username: "ada",
    userAttributes: [
      UserAttribute(name: "email", value: "ada@example.com"),
      UserAttribute(name: "phone_number", value: "+441632960961"),
    ])
  change(&request)
  return request
}

func evaluate(
  _ policy: Policy, _ request: UserRequest, caller: Caller = fullCaller
) throws(ProvisioningError) -> PolicyEvaluation {
  try policy.evaluate(request, caller: caller, inputs: someInputs)
}

/// The error that `body` throws; a failed test when it throws none.
func thrown<Value>(
  _ body: () throws(ProvisioningError) -> Value
) -> ProvisioningError? {
  do throws(ProvisioningError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

extension ProvisioningError {
  var violations: [Violation] {
    switch self {
    case .invalid(let violations), .refused(.policyForbids(let violations)): violations
    default: []
    }
  }

  var fields: [String] { violations.map(\.field) }

  var isInvalid: Bool {
    if case .invalid = self { true } else { false }
  }

  var isForbidden: Bool {
    if case .refused(.policyForbids) = self { true } else { false }
  }
}

extension UserRequest {
  /// The request that asks for exactly this specification.
  init(asking specification: UserSpecification, like request: UserRequest) {
    self = request
    username = specification.username
    userAttributes = specification.userAttributes
    validationData = specification.validationData
    forceAliasCreation = specification.forceAliasCreation
    messageAction = .value(specification.messageAction)
    desiredDeliveryMediums = specification.desiredDeliveryMediums.map { .value($0) }
    clientMetadata = specification.clientMetadata
    userPoolID = specification.pool.id
  }
}
