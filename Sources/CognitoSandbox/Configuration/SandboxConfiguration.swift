/// A key pair that the sandbox accepts, with the session token of temporary credentials.
package struct SandboxCredentials: Sendable, CustomStringConvertible {
  package var accessKeyID: String
  package var secretAccessKey: String
  /// Requests under this key must carry exactly this token; `nil`: they must carry none.
  package var sessionToken: String?

  package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  package var description: String { "SandboxCredentials" }
}

/// What a sandbox serves, and to whom.
package struct SandboxConfiguration: Sendable {
  /// Sees every request to a known operation once its body is read, before any of it is executed or
  /// a fault takes effect. Runs on the connection's event loop and must not block for long.
  package typealias Observer = @Sendable (SandboxRequest) -> Void

  package var pools: [SandboxPool]
  package var credentials: [SandboxCredentials]
  package var observer: Observer?
  /// Seed of the generated identifiers and passwords, for runs that repeat; `nil`: another each
  /// time.
  package var seed: UInt64?

  package init(
    pools: [SandboxPool],
    credentials: [SandboxCredentials],
    observer: Observer? = nil,
    seed: UInt64? = nil
  ) {
    self.pools = pools
    self.credentials = credentials
    self.observer = observer
    self.seed = seed
  }
}
