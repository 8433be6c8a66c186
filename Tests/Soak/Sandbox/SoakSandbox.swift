import CognitoSandbox
import Foundation
import Logging
import NIOCore
import NIOPosix

/// The sandbox in a process of its own, so that what it keeps is not taken for the service's memory:
/// `soak-sandbox ACCESS_KEY_ID SECRET_ACCESS_KEY`. Prints its port, serves until its standard input
/// ends, and prints what it came to.
@main
struct SoakSandbox {
  /// Answers and forgets: millions of users are made in it.
  private static let steadyPool = "us-east-1_Steady001"
  /// Keeps its users, and meets faults where a name begins with ``faultyPrefix``.
  private static let faultyPool = "us-east-1_Faulty001"
  private static let faultyPrefix = "faulty-"
  private static let maximumUserCount = 10_000_000
  private static let seed: UInt64 = 1

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      FileHandle.standardError.write(Data("usage: soak-sandbox KEY_ID SECRET\n".utf8))
      exit(64)
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let sandbox = try await SandboxServer.start(
      group: group,
      configuration: SandboxConfiguration(
        pools: [
          SandboxPool(id: steadyPool, retention: .discard),
          SandboxPool(id: faultyPool, retention: .keep(maximumUserCount: maximumUserCount)),
        ],
        credentials: [
          SandboxCredentials(accessKeyID: arguments[1], secretAccessKey: arguments[2])
        ],
        seed: seed),
      logger: Logger(label: "soak-sandbox"))
    for (fault, probability) in faults {
      sandbox.faults.inject(
        fault, probability: probability, operation: .adminCreateUser, usernamePrefix: faultyPrefix)
    }
    print(sandbox.port)
    fflush(nil)
    while readLine() != nil {}
    print(
      "users \(sandbox.pool(faultyPool)?.users.count ?? 0) faults \(sandbox.faults.strikeCount)")
    await sandbox.shutdown()
    try await group.shutdownGracefully()
  }

  /// What a network and a busy service do: answers that are lost before and after the creation,
  /// errors behind it, throttling, a proxy's pages, broken and slow answers.
  private static let faults: [(SandboxFault, Double)] = [
    (.drop(.executed), 0.03),
    (.drop(.skipped), 0.03),
    (.htmlBadGateway(.executed), 0.03),
    (.emptyServiceUnavailable(.skipped), 0.05),
    (.truncatedJSON, 0.03),
    (.delay(.milliseconds(500)), 0.1),
    (.slowBody(interval: .milliseconds(1)), 0.05),
  ]
}
