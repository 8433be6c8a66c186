import Provisioning

/// The request and response bodies of AdminCreateUser
/// (Amazon Cognito user pools API Reference, API_AdminCreateUser).
enum AdminCreateUser {
  /// Writes the request. Members that say nothing are left out: an empty list, `false`, and
  /// `MessageAction` where the API's default, to send, is meant.
  static func request(_ specification: UserSpecification) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.name("UserPoolId")
    json.string(specification.pool.id)
    json.name("Username")
    json.string(specification.username)
    write("UserAttributes", specification.userAttributes, to: &json)
    write("ValidationData", specification.validationData, to: &json)
    if let password = specification.temporaryPassword, !password.exposed.isEmpty {
      json.name("TemporaryPassword")
      json.string(password.exposed)
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
      json.beginArray()
      for medium in specification.desiredDeliveryMediums { json.string(medium.rawValue) }
      json.endArray()
    }
    if !specification.clientMetadata.isEmpty {
      json.name("ClientMetadata")
      json.beginObject()
      for entry in specification.clientMetadata {
        json.escapedName(entry.key)
        json.string(entry.value)
      }
      json.endObject()
    }
    json.endObject()
    return json.bytes
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
    guard let user else { throw .unexpectedType }
    return user
  }

  private static func write(
    _ name: String, _ attributes: [UserAttribute], to json: inout JSONWriter
  ) {
    guard !attributes.isEmpty else { return }
    json.name(name)
    json.beginArray()
    for attribute in attributes {
      json.beginObject()
      json.name("Name")
      json.string(attribute.name)
      json.name("Value")
      json.string(attribute.value)
      json.endObject()
    }
    json.endArray()
  }
}
