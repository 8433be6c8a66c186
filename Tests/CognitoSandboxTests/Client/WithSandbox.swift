import CognitoSandbox
import Logging
import NIOPosix
import SigV4

let poolID = "eu-central-1_Sandbox01"

/// Runs `body` against a sandbox of one pool, and stops the sandbox.
func withSandbox(
  pool: SandboxPool = SandboxPool(id: poolID),
  credentials: SandboxCredentials? = nil,
  observer: SandboxConfiguration.Observer? = nil,
  _ body: (SandboxServer) async throws -> Void
) async throws {
  let standard = SandboxCredentials(
    accessKeyID: TestRequest.credentials.accessKeyID,
    secretAccessKey: TestRequest.credentials.secretAccessKey)
  let server = try await SandboxServer.start(
    group: MultiThreadedEventLoopGroup.singleton,
    configuration: SandboxConfiguration(
      pools: [pool], credentials: [credentials ?? standard], observer: observer, seed: 7),
    logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
  do {
    try await body(server)
  } catch {
    await server.shutdown()
    throw error
  }
  await server.shutdown()
}

/// The answer of a call that should have one.
struct NoAnswer: Error {}

extension SandboxServer {
  /// One call on a connection of its own.
  func call(_ request: TestRequest) async throws -> TestAnswer {
    guard let answer = try await attempt(request) else { throw NoAnswer() }
    return answer
  }

  /// `nil` when the connection ended without an answer.
  func attempt(_ request: TestRequest) async throws -> TestAnswer? {
    try await TestConnection.open(to: self) { connection in await connection.call(request) }
  }

  /// AdminCreateUser with these members besides UserPoolId and Username, and no message unless the
  /// members say otherwise.
  func create(
    _ username: String, _ members: String = #""MessageAction":"SUPPRESS""#
  ) async throws -> TestAnswer {
    try await call(.create(username, members))
  }

  func get(_ username: String) async throws -> TestAnswer {
    try await call(
      TestRequest("AdminGetUser", #"{"UserPoolId":"\#(poolID)","Username":"\#(username)"}"#))
  }
}

extension TestRequest {
  static func create(
    _ username: String, _ members: String = #""MessageAction":"SUPPRESS""#
  ) -> TestRequest {
    TestRequest(
      "AdminCreateUser",
      #"{"UserPoolId":"\#(poolID)","Username":"\#(username)",\#(members)}"#)
  }
}

/// `"UserAttributes":[…]` without a message.
func suppressed(_ attributes: KeyValuePairs<String, String>) -> String {
  #""MessageAction":"SUPPRESS","# + userAttributes(attributes)
}

func userAttributes(_ attributes: KeyValuePairs<String, String>) -> String {
  let list = attributes.map { #"{"Name":"\#($0.key)","Value":"\#($0.value)"}"# }
  return #""UserAttributes":[\#(list.joined(separator: ","))]"#
}
