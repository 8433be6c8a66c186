package import Provisioning
package import SigV4

/// Where credentials come from. Asked anew on each refresh, off the event loops.
package protocol CredentialsProvider: Sendable {
  func credentials() async throws(CredentialsError) -> AWSCredentials
}

/// Why there are no credentials: what was tried, in order. It names settings, files and profiles,
/// never a key.
package struct CredentialsError: Error, Equatable, Sendable, CustomStringConvertible {
  package struct Try: Equatable, Sendable {
    package var source: String
    package var problem: String

    package init(source: String, problem: String) {
      self.source = source
      self.problem = problem
    }
  }

  package var tries: [Try]
  /// What a service answered that was asked for them; `nil` where none was asked.
  package var failure: DirectoryFailure?

  package init(tries: [Try], failure: DirectoryFailure? = nil) {
    self.tries = tries
    self.failure = failure
  }

  package var description: String {
    tries.map { "\($0.source): \($0.problem)" }.joined(separator: "; ")
  }
}

/// One place that may hold credentials.
protocol CredentialsSource: Sendable {
  /// How an operator knows it, for messages.
  var name: String { get }
  /// - Throws: when it is used and cannot give credentials; the sources behind it are not asked.
  func load() throws(CredentialsProblem) -> CredentialsFinding
}

/// What a source has.
enum CredentialsFinding: Equatable {
  case credentials(AWSCredentials)
  /// The source is not used here, and how that shows.
  case nothing(String)
}

/// Why a source that is used cannot give credentials.
struct CredentialsProblem: Error, Equatable {
  var text: String
}
