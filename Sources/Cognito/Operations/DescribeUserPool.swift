import JSON
import Provisioning

/// The request and response bodies of DescribeUserPool
/// (Amazon Cognito user pools API Reference, API_DescribeUserPool).
enum DescribeUserPool {
  static func request(pool: UserPool) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.name("UserPoolId")
      json.string(pool.id)
    }
    return json.bytes
  }

  /// Reads the response. Unknown members and contacts are skipped, `null` counts as left out; a
  /// known member of another type than the API's is an error.
  static func response(_ body: [UInt8]) throws(JSONError) -> UserPoolDescription {
    var reader = JSONReader(body)
    var description: UserPoolDescription?
    try reader.object { reader, name throws(JSONError) in
      if name == "UserPool" {
        description = try Self.pool(from: &reader)
      } else {
        try reader.skipValue()
      }
    }
    try reader.end()
    guard let description else { throw .unexpectedType(.object) }
    return description
  }

  private static func pool(from reader: inout JSONReader) throws(JSONError) -> UserPoolDescription {
    var usernameAttributes: Set<UserPoolDescription.Contact> = []
    var aliasAttributes: Set<UserPoolDescription.Contact> = []
    var minimumPasswordLength = 0
    try reader.object { reader, name throws(JSONError) in
      if try reader.null() { return }
      if name == "UsernameAttributes" {
        usernameAttributes = try contacts(from: &reader)
      } else if name == "AliasAttributes" {
        aliasAttributes = try contacts(from: &reader)
      } else if name == "Policies" {
        minimumPasswordLength = try passwordLength(from: &reader)
      } else {
        try reader.skipValue()
      }
    }
    return UserPoolDescription(
      usernameAttributes: usernameAttributes, aliasAttributes: aliasAttributes,
      minimumPasswordLength: minimumPasswordLength)
  }

  private static func contacts(
    from reader: inout JSONReader
  ) throws(JSONError) -> Set<UserPoolDescription.Contact> {
    var contacts: Set<UserPoolDescription.Contact> = []
    try reader.array { reader throws(JSONError) in
      if let contact = UserPoolDescription.Contact(rawValue: try reader.string()) {
        contacts.insert(contact)
      }
    }
    return contacts
  }

  private static func passwordLength(from reader: inout JSONReader) throws(JSONError) -> Int {
    var length = 0
    try reader.object { reader, name throws(JSONError) in
      if try reader.null() { return }
      guard name == "PasswordPolicy" else { return try reader.skipValue() }
      try reader.object { reader, name throws(JSONError) in
        if try reader.null() { return }
        if name == "MinimumLength" {
          length = try reader.integer()
        } else {
          try reader.skipValue()
        }
      }
    }
    return length
  }
}
