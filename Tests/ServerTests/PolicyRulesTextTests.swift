import Provisioning
import Testing

@testable import Server

@Suite("Effective rules as text")
struct PolicyRulesTextTests {
  static let full = """
    version: 1
    company:
      desired_delivery_mediums: {default: [EMAIL], allow: [EMAIL, SMS]}
      message_action:
        default: SEND
        allow: [SEND, SUPPRESS, RESEND]
        suppress_when:
          - {email_domain: [Example.test, "*.internal"]}
          - {attribute: {name: "custom:kind", in: [robot, "no", "1.5"]}}
          - {caller: [migration-job]}
      force_alias_creation: {default: false, allow: [true, false]}
      temporary_password: {source: service, allow_caller: true}
      username: {normalize: [trim, nfc], pattern: "[a-z\\\\-\\"é]{1,64}", generate: email}
      attributes:
        required: [email]
        forbidden: ["custom:is_admin"]
        default: {locale: en-GB, name: "a: b # c\\t"}
        fixed: {"custom:by": "${caller.id} on ${date}", "custom:n": "5"}
        verified: [email]
        email_domains: {deny: [mailinator.com, "*.spam.example"]}
        phone_region: "NO"
      client_metadata: {default: {a: ""}, fixed: {b: "${creation.id}"}, max_bytes: 4096}
      validation_data: {default: {"true": "no"}}
      request_id: {required: true}
    organizations:
      acme:
        user_pools:
          - {id: us-east-1_AbCd12345, role_arn: "arn:aws:iam::123456789012:role/provision"}
          - {id: local_A, region: eu-west-1}
        message_action: {fixed: SEND}
        attributes: {allow: [email, name], fixed: {"custom:by": acme}}
      globex: {user_pools: [{id: us-east-1_A}], desired_delivery_mediums: {fixed: AUTO}}
    """

  @Test("Read again, the text gives the same rules", arguments: ["acme", "globex"])
  func roundTrip(_ organization: String) throws {
    let policy = try PolicyDocument.load(yaml: Self.full, file: "p.yaml")
    let rules = try #require(policy.effectiveRules(of: organization))
    let text = PolicyRulesText.render(rules)
    let indented = text.split(separator: "\n").map { "    \($0)\n" }.joined()
    let again = try PolicyDocument.load(
      yaml: "version: 1\norganizations:\n  \(organization):\n\(indented)", file: "again.yaml")
    #expect(again.effectiveRules(of: organization) == rules)
    #expect(again.effectiveRules(of: organization).map { PolicyRulesText.render($0) } == text)
  }

  @Test("Each key says where its rule stands")
  func origins() throws {
    let policy = try PolicyDocument.load(yaml: Self.full, file: "p.yaml")
    let rules = try #require(policy.effectiveRules(of: "acme"))
    let lines = PolicyRulesText.render(rules) { policy.origin(of: $0, in: "acme") }
      .split(separator: "\n").map(String.init)
    func has(_ line: String) -> Bool { lines.contains { $0.hasPrefix(line) } }
    #expect(lines.contains("  fixed: SEND  # organizations.acme"))
    #expect(lines.contains("  max_bytes: 4096  # company"))
    #expect(lines.contains { $0.hasSuffix("# organizations.acme, company") })
    #expect(has("user_pools: [{id: us-east-1_AbCd12345, region: us-east-1, role_arn: \"arn:"))
  }
}
