import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// What AdminCreateUser answers.
struct CreatedUser: Decodable {
  struct Attribute: Codable {
    var name: String
    var value: String

    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case value = "Value"
    }
  }

  struct Answer: Decodable {
    var user: CreatedUser

    enum CodingKeys: String, CodingKey { case user = "User" }
  }

  var username: String
  var attributes: [Attribute]
  /// Seconds of the Unix epoch.
  var created: Double
  var modified: Double
  var enabled: Bool
  var status: String

  enum CodingKeys: String, CodingKey {
    case username = "Username"
    case attributes = "Attributes"
    case created = "UserCreateDate"
    case modified = "UserLastModifiedDate"
    case enabled = "Enabled"
    case status = "UserStatus"
  }
}

/// The JSON of AdminCreateUser.
private struct Creation: Encodable {
  var userPoolID: String
  var username: String
  var attributes: [CreatedUser.Attribute]
  var mediums: [String]
  var metadata: [String: String]

  enum CodingKeys: String, CodingKey {
    case userPoolID = "UserPoolId"
    case username = "Username"
    case attributes = "UserAttributes"
    case mediums = "DesiredDeliveryMediums"
    case metadata = "ClientMetadata"
  }

  init(_ request: Provisioning_V1_CreateUserRequest) {
    userPoolID = request.userPoolID
    username = request.username
    attributes = request.userAttributes.map { .init(name: $0.name, value: $0.value) }
    mediums = request.desiredDeliveryMediums.map { $0 == .sms ? "SMS" : "EMAIL" }
    metadata = request.clientMetadata
  }
}

/// Signs, sends, and reads the answer.
struct Upstream: Sendable {
  /// Far above what the stand-in takes.
  private static let patience = TimeAmount.seconds(20)
  private static let answerLimit = 1 << 16

  struct Refused: Error {
    var status: UInt
  }

  private let host: String
  private let client: HTTPClient
  private let signature = Signature()

  init(port: Int, client: HTTPClient) {
    host = "127.0.0.1:\(port)"
    self.client = client
  }

  func create(_ request: Provisioning_V1_CreateUserRequest) async throws -> CreatedUser {
    let body = try JSONEncoder().encode(Creation(request))
    var post = HTTPClientRequest(url: "http://\(host)/")
    post.method = .POST
    post.headers.add(
      contentsOf: .init(signature.headers(of: body, host: host, at: Date())))
    post.body = .bytes(body)
    let answer = try await client.execute(post, timeout: Self.patience)
    let bytes = try await answer.body.collect(upTo: Self.answerLimit)
    guard answer.status == .ok else { throw Refused(status: answer.status.code) }
    return try JSONDecoder().decode(CreatedUser.Answer.self, from: Data(buffer: bytes)).user
  }
}
