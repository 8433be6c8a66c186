import JSON
package import SigV4

/// The operations that the sandbox knows.
package enum SandboxOperation: String, CaseIterable, Sendable {
  case adminCreateUser = "AdminCreateUser"
  case adminGetUser = "AdminGetUser"
  case adminDeleteUser = "AdminDeleteUser"
  case describeUserPool = "DescribeUserPool"
  case listUsers = "ListUsers"

  /// What stands before the operation in `X-Amz-Target`.
  static let targetPrefix = "AWSCognitoIdentityProviderService."

  /// Reads a value of `X-Amz-Target`; `nil` for an operation of another service or an unknown one.
  init?(target: String) {
    guard target.hasPrefix(Self.targetPrefix) else { return nil }
    self.init(rawValue: String(target.dropFirst(Self.targetPrefix.count)))
  }
}

/// A request to a known operation, as received. Its description names the operation only.
package struct SandboxRequest: Sendable, CustomStringConvertible {
  package let operation: SandboxOperation
  package let method: String
  package let path: String
  /// All headers, names as received.
  package let headers: [CanonicalRequest.Header]
  package let body: [UInt8]

  package var description: String { "SandboxRequest(\(operation.rawValue))" }

  /// `Username` of the body; `nil` where there is none.
  package var username: String? {
    var username: String?
    var reader = JSONReader(body)
    try? reader.object { (reader, member) throws(JSONError) in
      if member == "Username" { username = try reader.string() } else { try reader.skipValue() }
    }
    return username
  }
}
