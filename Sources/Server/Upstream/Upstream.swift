import Cognito
import CognitoSandbox
import Logging
import NIOCore
import NIOPosix
import Provisioning
import ServiceLifecycle
import SigV4

/// The directory that creations go to: Amazon Cognito, or the sandbox in this process.
struct Upstream: Service {
  let directory: CognitoDirectory
  let name: String
  private let sandbox: SandboxServer?

  static func start(
    _ configuration: ServerConfiguration, environment: [String: String], pools: [UserPool],
    group: MultiThreadedEventLoopGroup, logger: Logger
  ) async throws(StartError) -> Upstream {
    configuration.sandbox
      ? try await startSandbox(pools: pools, group: group, logger: logger)
      : Upstream(
        directory: try cognito(environment: environment, group: group, logger: logger),
        name: "cognito", sandbox: nil)
  }

  private static func cognito(
    environment: [String: String], assumesRoles: Bool = true, group: MultiThreadedEventLoopGroup,
    logger: Logger
  ) throws(StartError) -> CognitoDirectory {
    do throws(CognitoConfigurationError) {
      var configuration = try CognitoConfiguration(environment: environment)
      if !assumesRoles { configuration.tokenEndpoints = nil }
      return try CognitoDirectory(
        configuration: configuration,
        credentials: CredentialsChain(environment: environment), group: group,
        clock: SystemClock(), logger: logger)
    } catch {
      throw StartError(.configuration, error.description)
    }
  }

  /// The sandbox listens on loopback, takes credentials that live as long as the process, and has
  /// the pools that the policy names.
  private static func startSandbox(
    pools: [UserPool], group: MultiThreadedEventLoopGroup, logger: Logger
  ) async throws(StartError) -> Upstream {
    let secret = SystemIdentifiers().next().description
    let sandbox: SandboxServer
    do {
      sandbox = try await SandboxServer.start(
        group: group,
        configuration: SandboxConfiguration(
          pools: pools.map(SandboxPool.init),
          credentials: [SandboxCredentials(accessKeyID: "SANDBOX", secretAccessKey: secret)]),
        logger: logger)
    } catch {
      throw StartError(.internalError, error.description)
    }
    let environment = [
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:\(sandbox.port)",
      "AWS_ACCESS_KEY_ID": "SANDBOX", "AWS_SECRET_ACCESS_KEY": secret,
    ]
    return Upstream(
      // It has all pools in one account.
      directory: try cognito(
        environment: environment, assumesRoles: false, group: group, logger: logger),
      name: "sandbox", sandbox: sandbox)
  }

  /// Makes sure that the sandbox has the pools; Amazon Cognito has them or not. Credentials of roles
  /// that the pools do not need are dropped.
  func prepare(for pools: [UserPool]) {
    sandbox?.add(pools.map(SandboxPool.init))
    directory.keepRoles(of: pools)
  }

  var readiness: Readiness.Check {
    Readiness.Check(name: "upstream", passes: true, detail: name)
  }

  func run() async throws {
    try? await gracefulShutdown()
    await directory.close()
    await sandbox?.shutdown()
  }
}

extension SandboxPool {
  fileprivate init(_ pool: UserPool) {
    self.init(id: pool.id, region: pool.region)
  }
}
