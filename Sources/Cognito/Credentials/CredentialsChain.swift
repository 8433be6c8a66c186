package import SigV4

/// The sources of credentials that AWS's SDKs know, in their order, as far as this release has
/// them: the environment, the shared credentials file, the shared configuration file.
package struct CredentialsChain: CredentialsProvider {
  private let sources: [any CredentialsSource]

  /// - Parameter environment: the process's environment variables.
  package init(environment: [String: String]) {
    sources = [
      EnvironmentCredentials(environment: environment),
      SharedFileCredentials(file: .credentials, environment: environment),
      SharedFileCredentials(file: .configuration, environment: environment),
    ]
  }

  package func credentials() async throws(CredentialsError) -> AWSCredentials {
    var error = CredentialsError(tries: [])
    for source in sources {
      do throws(CredentialsProblem) {
        switch try source.load() {
        case .credentials(let credentials): return credentials
        case .nothing(let reason):
          error.tries.append(.init(source: source.name, problem: reason))
        }
      } catch {
        throw CredentialsError(tries: [.init(source: source.name, problem: error.text)])
      }
    }
    throw error
  }
}
