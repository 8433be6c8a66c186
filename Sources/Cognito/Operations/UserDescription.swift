import JSON
import Provisioning

/// Reads a user as the API describes it. Unknown members are skipped, `null` counts as left out;
/// a known member of another type than the API's is an error.
struct UserDescription {
  /// `Attributes` in `UserType`, `UserAttributes` in the answer of AdminGetUser.
  let attributesName: StaticString

  /// Room for most users' attributes.
  private static let typicalAttributeCount = 16

  func read(from reader: inout JSONReader, pool: UserPool) throws(JSONError) -> User {
    var user = User(username: "", pool: pool)
    try reader.object { reader, name throws(JSONError) in
      if try reader.null() { return }
      if name == "Username" {
        user.username = try reader.string()
      } else if name == attributesName {
        user.attributes = try Self.attributes(from: &reader)
      } else if name == "UserCreateDate" {
        user.createTime = try Self.time(from: &reader)
      } else if name == "UserLastModifiedDate" {
        user.lastModifiedTime = try Self.time(from: &reader)
      } else if name == "Enabled" {
        user.enabled = try reader.bool()
      } else if name == "UserStatus" {
        user.status = UserStatus(rawValue: try reader.string()) ?? .unknown
      } else if name == "MFAOptions" {
        user.mfaOptions = try Self.mfaOptions(from: &reader)
      } else {
        try reader.skipValue()
      }
    }
    // Every user has a name: an answer without one is not of this API.
    guard !user.username.isEmpty else { throw .unexpectedType(.object) }
    return user
  }

  private static func time(from reader: inout JSONReader) throws(JSONError) -> Timestamp {
    let (seconds, nanoseconds) = try reader.number().epochTime()
    return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
  }

  private static func attributes(
    from reader: inout JSONReader
  ) throws(JSONError) -> [UserAttribute] {
    var attributes: [UserAttribute] = []
    attributes.reserveCapacity(Self.typicalAttributeCount)
    try reader.array { reader throws(JSONError) in
      let pair = try pair(from: &reader, "Name", "Value")
      attributes.append(UserAttribute(name: pair.0, value: pair.1))
    }
    return attributes
  }

  private static func mfaOptions(from reader: inout JSONReader) throws(JSONError) -> [MFAOption] {
    var options: [MFAOption] = []
    try reader.array { reader throws(JSONError) in
      let pair = try pair(from: &reader, "DeliveryMedium", "AttributeName")
      options.append(MFAOption(deliveryMedium: pair.0, attributeName: pair.1))
    }
    return options
  }

  /// An object of two strings, each of which may be left out.
  private static func pair(
    from reader: inout JSONReader, _ first: StaticString, _ second: StaticString
  ) throws(JSONError) -> (String, String) {
    var pair = ("", "")
    try reader.object { reader, name throws(JSONError) in
      if try reader.null() { return }
      if name == first {
        pair.0 = try reader.string()
      } else if name == second {
        pair.1 = try reader.string()
      } else {
        try reader.skipValue()
      }
    }
    return pair
  }
}
