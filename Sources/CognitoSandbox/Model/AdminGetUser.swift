import JSON

/// AdminGetUser: finds a user by user name, alias or `sub`.
struct AdminGetUser: PoolCall {
  let userPoolID: String?
  private let username: String?

  init(body: [UInt8]) throws(JSONError) {
    (userPoolID, username) = try UserReference.read(body)
  }

  func check(_ violations: inout ConstraintViolations) {
    checkUserPoolID(&violations)
    checkUsername(username, &violations)
  }

  func run(in pool: SandboxUserPool, now: Int64) throws(ServiceException) -> [UInt8] {
    guard let user = pool.user(named: username ?? "") else { throw .userNotFound }
    var writer = JSONWriter()
    user.write(attributesAs: "UserAttributes", to: &writer)
    return writer.bytes
  }
}

/// AdminDeleteUser: an empty answer.
struct AdminDeleteUser: PoolCall {
  let userPoolID: String?
  private let username: String?

  init(body: [UInt8]) throws(JSONError) {
    (userPoolID, username) = try UserReference.read(body)
  }

  func check(_ violations: inout ConstraintViolations) {
    checkUserPoolID(&violations)
    checkUsername(username, &violations)
  }

  func run(in pool: SandboxUserPool, now: Int64) throws(ServiceException) -> [UInt8] {
    try pool.delete(named: username ?? "")
    return []
  }
}

/// The input of the operations that name one user and no more.
private enum UserReference {
  static func read(
    _ body: [UInt8]
  ) throws(JSONError) -> (userPoolID: String?, username: String?) {
    var reference: (userPoolID: String?, username: String?)
    var reader = JSONReader(body)
    try reader.object { (reader, member) throws(JSONError) in
      if try reader.null() { return }
      switch member {
      case "UserPoolId": reference.userPoolID = try reader.string()
      case "Username": reference.username = try reader.string()
      default: try reader.skipValue()
      }
    }
    try reader.end()
    return reference
  }
}
