import Foundation
import Provisioning
import Testing

@testable import Server

@Suite("The example policy")
struct PolicyExampleTests {
  @Test("deploy/policy.example.yaml loads, and creates a user without any option")
  func example() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "deploy/policy.example.yaml")
    let policy = try PolicyDocument.load(
      yaml: String(contentsOf: file, encoding: .utf8), file: "policy.example.yaml")
    #expect(policy.organizationNames == ["acme", "globex"])
    let caller = try #require(policy.anonymousCaller)
    for organization in policy.organizationNames {
      let request = UserRequest(
        organization: organization, username: "ada",
        userAttributes: [UserAttribute(name: "email", value: "ada@example.com")])
      let evaluation = try policy.evaluate(
        request, caller: caller, inputs: PolicyInputs(creationID: .nil, requestID: ""))
      #expect(evaluation.specification.desiredDeliveryMediums == [.email])
      #expect(evaluation.specification.userAttributes.count == 5)
    }
  }
}
