/// Finds the endpoint of a service in a Region, by the standard settings of every AWS SDK and the
/// rule set of the service.
package struct EndpointResolver: Equatable, Sendable {
  package let service: AWSService
  /// The service's own setting or `AWS_ENDPOINT_URL`: stands for every Region.
  package let override: Endpoint?
  package let usesFIPS: Bool
  package let usesDualStack: Bool

  package init(
    _ service: AWSService = .cognitoIdentityProvider, override: Endpoint? = nil,
    usesFIPS: Bool = false, usesDualStack: Bool = false
  ) throws(CognitoConfigurationError) {
    if override != nil, usesFIPS || usesDualStack {
      throw CognitoConfigurationError(
        setting: usesFIPS ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT",
        problem: "cannot be true together with an endpoint URL")
    }
    self.service = service
    self.override = override
    self.usesFIPS = usesFIPS
    self.usesDualStack = usesDualStack
  }

  package init(
    _ service: AWSService = .cognitoIdentityProvider, environment: [String: String]
  ) throws(CognitoConfigurationError) {
    let isIgnored = try Self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", in: environment)
    var override: Endpoint?
    if !isIgnored {
      // The more special one wins.
      for name in [service.endpointSetting, "AWS_ENDPOINT_URL"] {
        guard let url = environment[name], !url.isEmpty else { continue }
        guard let endpoint = Endpoint(url: url) else {
          throw CognitoConfigurationError(
            setting: name, problem: "is no endpoint; accepted: http(s)://HOST[:PORT]")
        }
        override = endpoint
        break
      }
    }
    try self.init(
      service, override: override,
      usesFIPS: Self.flag("AWS_USE_FIPS_ENDPOINT", in: environment),
      usesDualStack: Self.flag("AWS_USE_DUALSTACK_ENDPOINT", in: environment))
  }

  /// The endpoint of a Region; `nil` for a text that cannot be a Region's name.
  package func endpoint(region: String) -> Endpoint? {
    guard Endpoint.isLabel(region[...]) else { return nil }
    if let override { return override }
    let partition = Partition.of(region: region)
    // GovCloud's plain endpoints of STS are validated ones.
    let isPlainValidated =
      service == .securityTokenService && partition == .govCloud && !usesDualStack
    let name = usesFIPS && !isPlainValidated ? "\(service.name)-fips" : service.name
    let suffix =
      usesDualStack && !answersBothStacks(region: region, partition)
      ? partition.dualStackDNSSuffix : partition.dnsSuffix
    return Endpoint(scheme: .https, host: "\(name).\(region).\(suffix)")
  }

  /// Where the rule set of Cognito gives the plain name for dual stack, too: all of `aws` without
  /// FIPS, and four Regions with it.
  private func answersBothStacks(region: String, _ partition: Partition) -> Bool {
    service == .cognitoIdentityProvider && partition == .aws
      && (!usesFIPS || Self.dualStackFIPSRegions.contains(region))
  }

  private static let dualStackFIPSRegions: Set = [
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
  ]

  /// A boolean setting of the SDKs: `true` or `false` in any case; left out means false.
  private static func flag(
    _ name: String, in environment: [String: String]
  ) throws(CognitoConfigurationError) -> Bool {
    switch environment[name]?.lowercased() {
    case nil, "", "false": return false
    case "true": return true
    default:
      throw CognitoConfigurationError(setting: name, problem: "accepted: true, false")
    }
  }
}
