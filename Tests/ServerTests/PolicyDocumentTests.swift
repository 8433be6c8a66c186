import Provisioning
import Testing

@testable import Server

/// A document that says only what it must, with `company` and `acme` put in as they are.
func policyDocument(company: String = "", acme: String = "", callers: String = "") -> String {
  """
  version: 1
  \(company)
  organizations:
    acme:
      user_pools: [{id: us-east-1_AbCd12345}]
  \(acme)
  \(callers)
  """
}

@Suite("Policy documents")
struct PolicyDocumentTests {
  private static let inputs = PolicyInputs(creationID: .nil, requestID: "")

  private func evaluate(_ yaml: String, _ request: UserRequest) throws -> PolicyEvaluation {
    let policy = try PolicyDocument.load(yaml: yaml, file: "p.yaml")
    let caller = try #require(policy.anonymousCaller)
    return try policy.evaluate(request, caller: caller, inputs: Self.inputs)
  }

  private static let anyone =
    "callers: [{id: anyone, anonymous: true, organizations: [\"*\"], permissions: [\"*\"]}]"

  @Test("Every key that is built has its meaning")
  func everyKey() throws {
    let yaml = """
      version: 1
      company:
        user_pools: [{id: eu-west-1_Company}]
        desired_delivery_mediums: {default: [EMAIL], allow: [EMAIL, SMS]}
        message_action: {default: SEND, allow: [SEND, SUPPRESS, RESEND]}
        force_alias_creation: {default: false, allow: [true, false]}
        temporary_password: {source: cognito, allow_caller: true}
        attributes:
          required: [email]
          forbidden: ["custom:is_admin"]
          allow: [email, phone_number, locale]
          default: {locale: en-GB}
          fixed: {"custom:by": "${caller.id}", "custom:id": "${creation.id}"}
        client_metadata: {default: {tier: basic}, fixed: {"creation-id": "${creation.id}"}}
        validation_data: {default: {source: web}, fixed: {org: "${organization}"}}
      organizations:
        acme:
          user_pools:
            - {id: us-east-1_AbCd12345, region: us-east-1}
            - {id: eu-central-1_Second}
          message_action: {default: SUPPRESS}
        globex:
          desired_delivery_mediums: {fixed: [SMS]}
      callers:
        - {id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}
      """
    let policy = try PolicyDocument.load(yaml: yaml, file: "p.yaml")
    #expect(policy.organizationNames == ["acme", "globex"])
    #expect(policy.userPools.map(\.region) == ["us-east-1", "eu-central-1", "eu-west-1"])
    let nil36 = "00000000-0000-0000-0000-000000000000"
    var request = UserRequest(
      organization: "acme", username: "ada",
      userAttributes: [UserAttribute(name: "email", value: "ada@example.com")],
      temporaryPassword: Sensitive("Secret-1"), forceAliasCreation: true)
    let evaluation = try evaluate(yaml, request)
    let acme = evaluation.specification
    #expect(acme.pool == UserPool(id: "us-east-1_AbCd12345", region: "us-east-1"))
    #expect(
      acme.userAttributes.map { "\($0.name)=\($0.value)" } == [
        "email=ada@example.com", "custom:by=anyone", "custom:id=\(nil36)", "locale=en-GB",
      ])
    #expect(acme.clientMetadata.map(\.value) == [nil36, "basic"])
    #expect(acme.validationData.map(\.value) == ["acme", "web"])
    #expect(acme.temporaryPassword == Sensitive("Secret-1"))
    #expect(acme.forceAliasCreation)
    #expect(acme.messageAction == .suppress)
    #expect(acme.desiredDeliveryMediums == [.email])
    #expect(
      evaluation.decisions.map { "\($0.effect) \($0.field) \($0.rule)" } == [
        "fixed user_attributes[custom:by] company.attributes.fixed.custom:by",
        "fixed user_attributes[custom:id] company.attributes.fixed.custom:id",
        "defaulted user_attributes[locale] company.attributes.default.locale",
        "fixed validation_data[org] company.validation_data.fixed.org",
        "defaulted validation_data[source] company.validation_data.default.source",
        "defaulted message_action organizations.acme.message_action.default",
        "defaulted desired_delivery_mediums company.desired_delivery_mediums.default",
        "fixed client_metadata[creation-id] company.client_metadata.fixed.creation-id",
        "defaulted client_metadata[tier] company.client_metadata.default.tier",
      ])
    request.organization = "globex"
    request.userAttributes.append(UserAttribute(name: "phone_number", value: "+44"))
    let globex = try evaluate(yaml, request).specification
    #expect(globex.pool.id == "eu-west-1_Company")
    #expect(globex.desiredDeliveryMediums == [.sms])
    #expect(globex.messageAction == .send)
  }

  @Test("The least document, and what absent rules mean")
  func least() throws {
    let yaml = policyDocument(callers: Self.anyone)
    let request = UserRequest(
      organization: "acme", username: "ada",
      userAttributes: [UserAttribute(name: "phone_number", value: "+44")])
    let evaluation = try evaluate(yaml, request)
    #expect(evaluation.specification.messageAction == .send)
    #expect(evaluation.specification.desiredDeliveryMediums == [.sms])
    #expect(evaluation.specification.userAttributes == request.userAttributes)
    #expect(evaluation.decisions.map(\.rule) == ["built-in.desired_delivery_mediums.default"])
    let nobody = try PolicyDocument.load(yaml: policyDocument(), file: "p.yaml")
    #expect(nobody.anonymousCaller == nil)
  }

  @Test("Callers: named organizations and permissions")
  func callers() throws {
    let policy = try PolicyDocument.load(
      yaml: policyDocument(
        callers: """
          callers:
            - id: dev
              anonymous: true
              organizations: [acme]
              permissions: [users.create, audit.read]
          """), file: "p.yaml")
    #expect(
      policy.anonymousCaller
        == Caller(
          id: "dev", authentication: .anonymous, organizations: .only(["acme"]),
          permissions: [.createUsers, .readAudit]))
  }

  @Test("The digest is the SHA-256 of the document's bytes")
  func digest() throws {
    let yaml = "version: 1\norganizations: {a: {user_pools: [{id: us-east-1_A}]}}\n"
    let policy = try PolicyDocument.load(yaml: yaml, file: "p.yaml")
    #expect(
      policy.digest == "a6fbeb605faa8155d62aa309fad2f2352da1a04e66b2be6e2f21583fccad62e3")
  }

  struct Broken: Sendable, CustomTestStringConvertible {
    var yaml: String
    var message: String
    var testDescription: String { message }

    init(_ message: String, _ yaml: String) { (self.yaml, self.message) = (yaml, message) }
  }

  static let levelKeys =
    "user_pools, desired_delivery_mediums, message_action, force_alias_creation, "
    + "temporary_password, username, attributes, client_metadata, validation_data, request_id"
  static let variables =
    "${caller.id}, ${caller.on_behalf_of}, ${organization}, ${creation.id}, ${request.id}, ${date}"
  static let permissions = Permission.allCases.map(\.rawValue).joined(separator: ", ")

  /// Documents with one thing wrong each, and the one line that says so.
  static let brokenDocuments: [Broken] = [
    // The document as a whole.
    Broken("1:1: the document is empty; accepted: version: 1 and organizations", ""),
    Broken("1:1: the document is empty; accepted: version: 1 and organizations", "# nothing\n"),
    Broken(
      "1:1: a list where a map is expected; accepted: version, company, organizations, callers",
      "- version: 1"),
    Broken(
      "2:11: mapping values are not allowed in this context; "
        + "accepted: well-formed YAML, one document", "version: 1\ncompany: a: b"),
    Broken(
      "3:1: but found another document; accepted: well-formed YAML, one document",
      "version: 1\norganizations: {}\n---\nversion: 1\n"),
    Broken(
      "2:10: control characters are not allowed; accepted: well-formed YAML, one document",
      "version: 1\ncompany: \u{1}"),
    Broken(
      "1:1: version: the key stands twice; accepted: each key at most once",
      "version: 1\nversion: 1\n"),
    // Versions.
    Broken("1:1: version is missing; accepted: version: 1", "organizations: {}"),
    Broken("1:10: version: unknown version; accepted: 1", "version: 2\norganizations: {}"),
    Broken("1:10: version: a list where a value is expected; accepted: 1", "version: [1]"),
    // Organizations and pools.
    Broken(
      "1:1: organizations is missing; accepted: organizations: {NAME: {user_pools: "
        + "[{id: REGION_ID}]}}", "version: 1"),
    Broken(
      "2:16: organizations: no organization; accepted: organizations: {NAME: {user_pools: "
        + "[{id: REGION_ID}]}}", "version: 1\norganizations: {}"),
    Broken(
      "3:3: organizations.acme: the organization has no user_pools; "
        + "accepted: user_pools: [{id: REGION_ID}]",
      "version: 1\norganizations:\n  acme: {message_action: {default: SEND}}"),
    Broken(
      "3:9: organizations.acme: nothing where a map is expected; accepted: \(levelKeys)",
      "version: 1\norganizations:\n  acme: ~"),
    Broken(
      "3:22: organizations.acme.user_pools: a map where a list is expected; "
        + "accepted: [{id: REGION_ID}]",
      "version: 1\norganizations:\n  acme: {user_pools: {id: us-east-1_A}}"),
    Broken(
      "3:28: organizations.acme.user_pools[0].id: not a user pool id; accepted: REGION_ID, "
        + "1 to 55 letters, digits, _ and -, e.g. us-east-1_AbCd12345",
      "version: 1\norganizations:\n  acme: {user_pools: [{id: us-east-1}]}"),
    Broken(
      "3:49: organizations.acme.user_pools[0].region: contradicts the id, which begins with "
        + "us-east-1; accepted: us-east-1",
      "version: 1\norganizations:\n  acme: {user_pools: [{id: us-east-1_A, region: eu-west-1}]}"),
    Broken(
      "3:28: organizations.acme.user_pools[0].id: neither the id nor the environment says the AWS "
        + "Region; accepted: region: REGION beside the id, or AWS_REGION in the environment",
      "version: 1\norganizations:\n  acme: {user_pools: [{id: local_A}]}"),
    Broken(
      "3:45: organizations.acme.user_pools[0].region: not an AWS Region; accepted: an AWS Region, "
        + "e.g. us-east-1",
      "version: 1\norganizations:\n  acme: {user_pools: [{id: local_A, region: local}]}"),
    Broken(
      "3:23: organizations.acme.user_pools[0]: id is missing; accepted: id: REGION_ID",
      "version: 1\norganizations:\n  acme: {user_pools: [{region: us-east-1}]}"),
    Broken(
      "3:51: organizations.acme.user_pools[0].role_arn: not the ARN of a role; accepted: the ARN "
        + "of an IAM role, e.g. arn:aws:iam::123456789012:role/provision",
      "version: 1\norganizations:\n  acme: {user_pools: [{id: us-east-1_A, role_arn: x}]}"),
    Broken(
      "3:3: organizations: a key is no text; "
        + "accepted: text, in quotes if it looks like another type",
      "version: 1\norganizations:\n  no: {user_pools: [{id: us-east-1_A}]}"),
    // Keys.
    Broken(
      "2:1: orgs: unknown key; accepted: version, company, organizations, callers",
      "version: 1\norgs: {}"),
    Broken(
      "2:11: company.mesage_action: unknown key, did you mean message_action?; "
        + "accepted: \(levelKeys), locked", policyDocument(company: "company: {mesage_action: {}}")),
    Broken(
      "2:28: company.message_action.allowed: unknown key, did you mean allow?; "
        + "accepted: default, allow, fixed, suppress_when, locked",
      policyDocument(company: "company: {message_action: {allowed: [SEND]}}")),
    // Types and words.
    Broken(
      "2:37: company.message_action.default: unknown value, did you mean SUPPRESS?; "
        + "accepted: SEND, SUPPRESS, RESEND",
      policyDocument(company: "company: {message_action: {default: SUPRESS}}")),
    Broken(
      "2:35: company.message_action.allow: text where a list is expected; accepted: a list",
      policyDocument(company: "company: {message_action: {allow: SEND}}")),
    Broken(
      "2:35: company.message_action.fixed: a list where text is expected; "
        + "accepted: SEND, SUPPRESS, RESEND",
      policyDocument(company: "company: {message_action: {fixed: [SEND]}}")),
    Broken(
      "2:42: company.message_action.allow[1]: listed twice; accepted: each entry at most once",
      policyDocument(company: "company: {message_action: {allow: [SEND, SEND]}}")),
    Broken(
      "2:47: company.desired_delivery_mediums.default: unknown value; "
        + "accepted: AUTO, or a list of SMS, EMAIL",
      policyDocument(company: "company: {desired_delivery_mediums: {default: EMAIL}}")),
    Broken(
      "2:48: company.desired_delivery_mediums.default[0]: unknown value; accepted: SMS, EMAIL",
      policyDocument(company: "company: {desired_delivery_mediums: {default: [PIGEON]}}")),
    Broken(
      "2:43: company.force_alias_creation.default: neither true nor false; "
        + "accepted: true, false",
      policyDocument(company: "company: {force_alias_creation: {default: yes}}")),
    Broken(
      "2:42: company.attributes.default.locale: a boolean where text is expected; "
        + "accepted: text, in quotes if it looks like another type",
      policyDocument(company: "company: {attributes: {default: {locale: no}}}")),
    Broken(
      "2:50: company.attributes.fixed.custom:level: a number where text is expected; "
        + "accepted: text, in quotes if it looks like another type",
      policyDocument(company: "company: {attributes: {fixed: {  \"custom:level\": 5}}}")),
    Broken(
      "2:34: company.attributes.required: text where a list is expected; accepted: a list of names",
      policyDocument(company: "company: {attributes: {required: email}}")),
    // Variables.
    Broken(
      "2:44: company.client_metadata.fixed.by: unknown variable, did you mean caller.id?; "
        + "accepted: \(variables)",
      policyDocument(company: "company: {client_metadata: {fixed: {   by: \"${caler.id}\"}}}")),
    Broken(
      "2:41: company.client_metadata.fixed.by: ${ without its }; accepted: \(variables)",
      policyDocument(company: "company: {client_metadata: {fixed: {by: \"${caller.id\"}}}")),
    // Contradictions.
    Broken(
      "2:37: company.message_action.default: SUPPRESS is not in allow; accepted: SEND",
      policyDocument(company: "company: {message_action: {default: SUPPRESS, allow: [SEND]}}")),
    Broken(
      "6:31: organizations.acme.message_action.default: SUPPRESS is not in allow; accepted: SEND",
      policyDocument(
        company: "company: {message_action: {allow: [SEND]}}",
        acme: "    message_action: {default: SUPPRESS}")),
    Broken(
      "2:28: company.message_action.allow: without a default, SEND is chosen, which allow does not "
        + "hold; accepted: a default of SUPPRESS",
      policyDocument(company: "company: {message_action: {allow: [SUPPRESS]}}")),
    Broken(
      "2:35: company.message_action.fixed: RESEND applies to an existing user, so only a request "
        + "asks for it; accepted: SEND or SUPPRESS",
      policyDocument(company: "company: {message_action: {fixed: RESEND}}")),
    Broken(
      "2:40: company.temporary_password.source: caller contradicts allow_caller: false; "
        + "accepted: allow_caller: true beside it, or source: cognito",
      policyDocument(company: "company: {temporary_password: {source: caller}}")),
    Broken(
      "6:26: organizations.acme.attributes.allow[0]: company.attributes.forbidden forbids the "
        + "attribute; accepted: names that are not forbidden",
      policyDocument(
        company: "company: {attributes: {forbidden: [\"custom:x\"]}}",
        acme: "    attributes: {allow: [\"custom:x\"]}")),
    Broken(
      "2:36: company.attributes.forbidden[0]: not a name of the API; "
        + "accepted: a standard attribute or custom:NAME, 1 to 32 visible characters",
      policyDocument(company: "company: {attributes: {forbidden: [is_admin]}}")),
    // Callers.
    Broken(
      "7:11: callers[0]: nothing says how the caller proves who it is; "
        + "accepted: one of spiffe_id, dns, token_sha256, jwt, anonymous",
      policyDocument(
        callers: "callers: [{id: a, organizations: [\"*\"], permissions: [\"*\"]}]")),
    Broken(
      "7:36: callers[0].organizations: the organization acne is not in the document; "
        + "accepted: acme, \"*\"",
      policyDocument(
        callers:
          "callers: [{id: a, anonymous: true, organizations: [acne], permissions: [\"*\"]}]")),
    Broken(
      "7:73: callers[0].permissions[0]: unknown permission, did you mean users.create?; "
        + "accepted: \(permissions), or [\"*\"]",
      policyDocument(
        callers:
          "callers: [{id: a, anonymous: true, organizations: [acme], "
          + "permissions: [user.create]}]")),
  ]

  @Test("Broken documents", arguments: brokenDocuments)
  func broken(_ document: Broken) {
    do throws(PolicyDocumentError) {
      _ = try PolicyDocument.load(yaml: document.yaml, file: "p.yaml")
      Issue.record("the document was accepted")
    } catch {
      #expect(error.description == "p.yaml:" + document.message)
    }
  }

  @Test("A document beyond the limit is refused without being read")
  func tooLarge() {
    let yaml = String(repeating: "#", count: PolicyDocument.maximumBytes + 1)
    #expect {
      try PolicyDocument.load(yaml: yaml, file: "p.yaml")
    } throws: { error in
      "\(error)" == "p.yaml:1:1: the document is too large; accepted: at most 4194304 bytes"
    }
  }
}
