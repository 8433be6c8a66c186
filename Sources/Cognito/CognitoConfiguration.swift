package import NIOCore

/// Why a setting of the way upstream cannot be used. It names the setting, not its value.
package struct CognitoConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  package var setting: String
  package var problem: String

  package init(setting: String, problem: String) {
    self.setting = setting
    self.problem = problem
  }

  package var description: String { "\(setting): \(problem)" }
}

/// How the service is reached.
package struct CognitoConfiguration: Sendable {
  package var endpoints: EndpointResolver
  /// Where the roles of pools are assumed; `nil` calls every pool with the process's own
  /// credentials.
  package var tokenEndpoints: EndpointResolver?
  package var limits: ConnectionLimits
  /// `AWS_CA_BUNDLE`: a PEM file of the only authorities to trust; `nil` for the system's.
  package var certificateAuthoritiesFile: String?

  package init(
    endpoints: EndpointResolver, tokenEndpoints: EndpointResolver? = nil,
    limits: ConnectionLimits = ConnectionLimits(), certificateAuthoritiesFile: String? = nil
  ) {
    self.endpoints = endpoints
    self.tokenEndpoints = tokenEndpoints
    self.limits = limits
    self.certificateAuthoritiesFile = certificateAuthoritiesFile
  }

  /// Reads the standard settings of every AWS SDK.
  package init(environment: [String: String]) throws(CognitoConfigurationError) {
    let bundle = environment["AWS_CA_BUNDLE"] ?? ""
    self.init(
      endpoints: try EndpointResolver(environment: environment),
      tokenEndpoints: try EndpointResolver(.securityTokenService, environment: environment),
      certificateAuthoritiesFile: bundle.isEmpty ? nil : bundle)
  }
}

/// Every bound on connections, in one value. Counts are for one event loop and one endpoint.
package struct ConnectionLimits: Equatable, Sendable {
  /// From the first name look-up to the end of the TLS handshake: some round trips.
  package var connectTimeout = TimeAmount.seconds(3)
  /// From the request's last byte to the answer's: the service lets Lambda triggers run for about
  /// 15 seconds (three tries of five) before it answers.
  package var responseTimeout = TimeAmount.seconds(20)
  /// The same for calls that no Lambda trigger runs in: look-ups, and those for credentials.
  package var lookupTimeout = TimeAmount.seconds(5)
  /// How long a call waits for a connection before it is given up unsent.
  package var acquireTimeout = TimeAmount.seconds(5)
  /// An idle connection is closed after this, before the other side is likely to: one that it
  /// closes just as a request leaves makes that request's outcome unknown.
  package var idleTimeout = TimeAmount.seconds(15)
  /// How often timeouts are looked after: they may end late by this.
  package var sweepInterval = TimeAmount.milliseconds(100)
  /// Connections, those being opened included.
  package var maximumConnections = 128
  /// Calls that wait for a connection; a further one is refused at once.
  package var maximumWaiters = 4096
  /// An answer's body; the largest that the service gives is some tens of kilobytes.
  package var maximumBodyByteCount = 1 << 20
  /// All header fields of an answer together, in bytes.
  package var maximumHeadByteCount = 32 << 10

  package init() {}
}
