import JSON
import Provisioning

/// The request and response bodies of AdminGetUser
/// (Amazon Cognito user pools API Reference, API_AdminGetUser).
enum AdminGetUser {
  /// - Parameter username: the user name, an alias or the `sub`.
  static func request(pool: UserPool, username: String) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.name("UserPoolId")
      json.string(pool.id)
      json.name("Username")
      json.string(username)
    }
    return json.bytes
  }

  /// Reads the response: the user's members stand at the top, and the attributes are called
  /// `UserAttributes` here.
  static func response(_ body: [UInt8], pool: UserPool) throws(JSONError) -> User {
    var reader = JSONReader(body)
    let user = try UserDescription(attributesName: "UserAttributes").read(from: &reader, pool: pool)
    try reader.end()
    return user
  }
}
