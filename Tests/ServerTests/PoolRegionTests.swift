import Foundation
import Provisioning
import Testing

@testable import Server

@Suite("Which Region a pool is in")
struct PoolRegionTests {
  @Test("The Region of a pool: its key, its id, the environment")
  func regions() throws {
    let yaml = """
      version: 1
      organizations:
        acme:
          user_pools:
            - {id: local_A, region: eu-west-1}
            - {id: us-east-1_B}
            - {id: local_C}
      """
    let policy = try PolicyDocument.load(yaml: yaml, file: "p.yaml", defaultRegion: "eu-south-2")
    #expect(policy.userPools.map(\.region) == ["eu-west-1", "us-east-1", "eu-south-2"])
  }

  @Test(
    "The environment's Region",
    arguments: [
      ([:], nil), (["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "eu-west-1"], "us-east-1"),
      (["AWS_DEFAULT_REGION": "eu-west-1"], "eu-west-1"),
      (["AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1"], "eu-west-1"),
      (["AWS_REGION": "europe"], nil),
    ] as [([String: String], String?)])
  func defaultRegion(environment: [String: String], expected: String?) {
    #expect(PolicyDocument.defaultRegion(in: environment) == expected)
  }

  @Test("A file is read with the environment's Region")
  func fileWithDefaultRegion() throws {
    let path = NSTemporaryDirectory() + "policy-\(UInt64.random(in: 0 ... .max)).yaml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("version: 1\norganizations: {acme: {user_pools: [{id: local_A}]}}\n".utf8)
      .write(to: URL(fileURLWithPath: path))
    let policy = try PolicyDocument.load(path: path, environment: ["AWS_REGION": "eu-west-1"])
    #expect(policy.userPools == [UserPool(id: "local_A", region: "eu-west-1")])
    #expect(throws: PolicyDocumentError.self) {
      try PolicyDocument.load(path: path, environment: [:])
    }
  }
}
