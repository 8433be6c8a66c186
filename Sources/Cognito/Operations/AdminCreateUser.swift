import JSON
import Provisioning

/// The request and response bodies of AdminCreateUser
/// (Amazon Cognito user pools API Reference, API_AdminCreateUser).
enum AdminCreateUser {
  /// Writes the request. Members that say nothing are left out: an empty list, `false`, and
  /// `MessageAction` where the API's default, to send, is meant.
  static func request(_ specification: UserSpecification) -> [UInt8] {
    var json = JSONWriter(reserving: room(for: specification))
    json.object { json in
      json.name("UserPoolId")
      json.string(specification.pool.id)
      json.name("Username")
      json.string(specification.username)
      write("UserAttributes", specification.userAttributes, to: &json)
      write("ValidationData", specification.validationData, to: &json)
      writeOptions(of: specification, to: &json)
    }
    return json.bytes
  }

  /// Enough for the request with a password, whatever is escaped in it (`\u0000`): a list that grows
  /// leaves what it has in the memory that it had before.
  private static func room(for specification: UserSpecification) -> Int {
    guard let password = specification.temporaryPassword else { return JSONWriter.typicalByteCount }
    let texts =
      [specification.userAttributes, specification.validationData].joined().map {
        $0.name.utf8.count + $0.value.utf8.count
      } + specification.clientMetadata.map { $0.key.utf8.count + $0.value.utf8.count }
    let names = specification.username.utf8.count + specification.pool.id.utf8.count
    return JSONWriter.typicalByteCount
      + 6 * (password.byteCount + names + texts.reduce(0) { $0 + $1 + 8 })
  }

  private static func writeOptions(
    of specification: UserSpecification, to json: inout JSONWriter
  ) {
    if let password = specification.temporaryPassword, !password.isEmpty {
      json.name("TemporaryPassword")
      password.withBytes { json.string(utf8: $0) }
    }
    if specification.forceAliasCreation {
      json.name("ForceAliasCreation")
      json.bool(true)
    }
    if specification.messageAction != .send {
      json.name("MessageAction")
      json.string(specification.messageAction.rawValue)
    }
    if !specification.desiredDeliveryMediums.isEmpty {
      json.name("DesiredDeliveryMediums")
      json.array { json in
        for medium in specification.desiredDeliveryMediums { json.string(medium.rawValue) }
      }
    }
    if !specification.clientMetadata.isEmpty {
      json.name("ClientMetadata")
      json.object { json in
        for entry in specification.clientMetadata {
          json.escapedName(entry.key)
          json.string(entry.value)
        }
      }
    }
  }

  /// Reads the response: `{"User": {…}}`.
  static func response(_ body: [UInt8], pool: UserPool) throws(JSONError) -> User {
    var reader = JSONReader(body)
    var user: User?
    try reader.object { reader, name throws(JSONError) in
      if name == "User" {
        user = try UserDescription(attributesName: "Attributes").read(from: &reader, pool: pool)
      } else {
        try reader.skipValue()
      }
    }
    try reader.end()
    guard let user else { throw .unexpectedType(.object) }
    return user
  }

  private static func write(
    _ name: String, _ attributes: [UserAttribute], to json: inout JSONWriter
  ) {
    guard !attributes.isEmpty else { return }
    json.name(name)
    json.array { json in
      for attribute in attributes {
        json.object { json in
          json.name("Name")
          json.string(attribute.name)
          json.name("Value")
          json.string(attribute.value)
        }
      }
    }
  }
}
