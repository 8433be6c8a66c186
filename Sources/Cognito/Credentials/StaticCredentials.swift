package import SigV4

/// Credentials that are known from the start, for a sandbox.
package struct StaticCredentials: CredentialsProvider {
  private let value: AWSCredentials

  package init(_ value: AWSCredentials) {
    self.value = value
  }

  package func credentials() async throws(CredentialsError) -> AWSCredentials { value }
}
