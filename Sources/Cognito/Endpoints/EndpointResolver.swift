/// Finds the endpoint of a Region, by the standard settings of every AWS SDK and the rule set of
/// the service.
package struct EndpointResolver: Equatable, Sendable {
  /// `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER` or `AWS_ENDPOINT_URL`: stands for every Region.
  package let override: Endpoint?
  package let usesFIPS: Bool
  package let usesDualStack: Bool

  package init(
    override: Endpoint? = nil, usesFIPS: Bool = false, usesDualStack: Bool = false
  ) throws(CognitoConfigurationError) {
    if override != nil, usesFIPS || usesDualStack {
      throw CognitoConfigurationError(
        setting: usesFIPS ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT",
        problem: "cannot be true together with an endpoint URL")
    }
    self.override = override
    self.usesFIPS = usesFIPS
    self.usesDualStack = usesDualStack
  }

  package init(environment: [String: String]) throws(CognitoConfigurationError) {
    let isIgnored = try Self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", in: environment)
    var override: Endpoint?
    if !isIgnored {
      for name in Self.overrideNames {
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
      override: override,
      usesFIPS: Self.flag("AWS_USE_FIPS_ENDPOINT", in: environment),
      usesDualStack: Self.flag("AWS_USE_DUALSTACK_ENDPOINT", in: environment))
  }

  /// The more special one wins.
  private static let overrideNames = [
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL",
  ]

  /// The endpoint of a Region; `nil` for a text that cannot be a Region's name.
  package func endpoint(region: String) -> Endpoint? {
    guard Endpoint.isLabel(region[...]) else { return nil }
    if let override { return override }
    let partition = Partition.of(region: region)
    let name = usesFIPS ? "cognito-idp-fips" : "cognito-idp"
    let suffix =
      usesDualStack && !Self.answersBothStacks(region: region, partition, fips: usesFIPS)
      ? partition.dualStackDNSSuffix : partition.dnsSuffix
    return Endpoint(scheme: .https, host: "\(name).\(region).\(suffix)")
  }

  /// Where the rule set gives the plain name for dual stack, too: all of `aws` without FIPS, and
  /// four Regions with it.
  private static func answersBothStacks(
    region: String, _ partition: Partition, fips: Bool
  ) -> Bool {
    partition == .aws && (!fips || dualStackFIPSRegions.contains(region))
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
