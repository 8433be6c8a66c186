import Foundation

/// An answer as it came over the wire.
struct TestAnswer: Sendable {
  struct Attribute: Decodable, Hashable {
    var name: String
    var value: String

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case value = "Value"
    }
  }

  /// UserType, and the answer of AdminGetUser.
  struct User: Decodable {
    var username: String
    var attributes: [Attribute]?
    var userAttributes: [Attribute]?
    var createDate: Double
    var lastModifiedDate: Double
    var enabled: Bool
    var status: String

    private enum CodingKeys: String, CodingKey {
      case username = "Username"
      case attributes = "Attributes"
      case userAttributes = "UserAttributes"
      case createDate = "UserCreateDate"
      case lastModifiedDate = "UserLastModifiedDate"
      case enabled = "Enabled"
      case status = "UserStatus"
    }

    func value(of name: String) -> String? {
      (attributes ?? userAttributes ?? []).first { $0.name == name }?.value
    }
  }

  private struct UserMember: Decodable {
    var user: User

    private enum CodingKeys: String, CodingKey {
      case user = "User"
    }
  }

  private struct MemberName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Failure: Decodable {
    var type: String?
    var message: String?

    private enum CodingKeys: String, CodingKey {
      case type = "__type"
      case message
    }
  }

  var status: Int
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]
  /// Whether the body is as long as announced.
  var isComplete: Bool

  var text: String { String(decoding: body, as: UTF8.self) }

  /// `__type` of an error.
  var errorType: String? { failure?.type }

  var message: String? { failure?.message }

  /// The `User` of AdminCreateUser's answer.
  var user: User {
    get throws { try JSONDecoder().decode(UserMember.self, from: Data(body)).user }
  }

  func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body))
  }

  /// For types whose members are named as AWS names them, but for the first letter.
  func decodedInLowerCamelCase<Value: Decodable>(as type: Value.Type) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { path in
      let name = path.last?.stringValue ?? ""
      return MemberName(stringValue: name.prefix(1).lowercased() + name.dropFirst())
    }
    return try decoder.decode(type, from: Data(body))
  }

  private var failure: Failure? {
    try? JSONDecoder().decode(Failure.self, from: Data(body))
  }
}
