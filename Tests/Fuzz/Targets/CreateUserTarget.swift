import GRPC
import Messages
import Provisioning

@testable import Server

extension FuzzTarget {
  /// A CreateUserRequest on the wire, up to what the example policy makes of it. Which bytes are such
  /// a message, and what its fields are, is held against another decoder by
  /// `Tests/Conformance/test_decoding.py`.
  static let createUser = FuzzTarget("create-user") { input throws(FuzzFinding) in
    guard let request = try? UserRequest(serializedBytes: input.span) else { return }
    try FuzzFinding.unless(
      (try? UserRequest(serializedBytes: input.span))?.canonicalBytes == request.canonicalBytes,
      "the same bytes are the same request")
    guard let policy = examplePolicy, let caller = policy.anonymousCaller else {
      throw FuzzFinding("the policy of this target cannot be read")
    }
    let inputs = PolicyInputs(creationID: .nil, requestID: "", now: Timestamp(seconds: 0))
    _ = try? policy.evaluate(request, caller: caller, inputs: inputs)
  }

  private static let examplePolicy = try? PolicyDocument.load(
    yaml: """
      version: 1
      callers:
        - id: anyone
          anonymous: true
          organizations: [acme]
          permissions: [users.create, users.validate]
      organizations:
        acme:
          user_pools: [{id: eu-central-1_AbCd12345}]
          attributes: {default: {locale: en-GB}}
      """, file: "create-user")
}
