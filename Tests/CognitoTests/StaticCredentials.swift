import Cognito
import SigV4

/// Credentials that are known from the start.
struct StaticCredentials: CredentialsProvider {
  private let value: AWSCredentials

  init(_ value: AWSCredentials) {
    self.value = value
  }

  func credentials() async throws(CredentialsError) -> AWSCredentials { value }
}
