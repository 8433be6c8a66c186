import Testing

@testable import Cognito

/// Expectations made with botocore 1.43.11's rule set for the service.
@Suite struct EndpointResolverTests {
  static let table: [(String, String, String, String, String)] = [
    (
      "us-east-1", "cognito-idp.us-east-1.amazonaws.com", "cognito-idp.us-east-1.amazonaws.com",
      "cognito-idp-fips.us-east-1.amazonaws.com", "cognito-idp-fips.us-east-1.amazonaws.com"
    ),
    (
      "us-west-2", "cognito-idp.us-west-2.amazonaws.com", "cognito-idp.us-west-2.amazonaws.com",
      "cognito-idp-fips.us-west-2.amazonaws.com", "cognito-idp-fips.us-west-2.amazonaws.com"
    ),
    (
      "ca-west-1", "cognito-idp.ca-west-1.amazonaws.com", "cognito-idp.ca-west-1.amazonaws.com",
      "cognito-idp-fips.ca-west-1.amazonaws.com", "cognito-idp-fips.ca-west-1.api.aws"
    ),
    (
      "us-gov-east-1", "cognito-idp.us-gov-east-1.amazonaws.com",
      "cognito-idp.us-gov-east-1.api.aws", "cognito-idp-fips.us-gov-east-1.amazonaws.com",
      "cognito-idp-fips.us-gov-east-1.api.aws"
    ),
    (
      "cn-north-1", "cognito-idp.cn-north-1.amazonaws.com.cn",
      "cognito-idp.cn-north-1.api.amazonwebservices.com.cn",
      "cognito-idp-fips.cn-north-1.amazonaws.com.cn",
      "cognito-idp-fips.cn-north-1.api.amazonwebservices.com.cn"
    ),
    (
      "eusc-de-east-1", "cognito-idp.eusc-de-east-1.amazonaws.eu",
      "cognito-idp.eusc-de-east-1.api.amazonwebservices.eu",
      "cognito-idp-fips.eusc-de-east-1.amazonaws.eu",
      "cognito-idp-fips.eusc-de-east-1.api.amazonwebservices.eu"
    ),
    (
      "us-iso-east-1", "cognito-idp.us-iso-east-1.c2s.ic.gov",
      "cognito-idp.us-iso-east-1.api.aws.ic.gov", "cognito-idp-fips.us-iso-east-1.c2s.ic.gov",
      "cognito-idp-fips.us-iso-east-1.api.aws.ic.gov"
    ),
    (
      "us-isob-east-1", "cognito-idp.us-isob-east-1.sc2s.sgov.gov",
      "cognito-idp.us-isob-east-1.api.aws.scloud",
      "cognito-idp-fips.us-isob-east-1.sc2s.sgov.gov",
      "cognito-idp-fips.us-isob-east-1.api.aws.scloud"
    ),
    (
      "eu-isoe-west-1", "cognito-idp.eu-isoe-west-1.cloud.adc-e.uk",
      "cognito-idp.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "cognito-idp-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "cognito-idp-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"
    ),
    (
      "us-isof-south-1", "cognito-idp.us-isof-south-1.csp.hci.ic.gov",
      "cognito-idp.us-isof-south-1.api.aws.hci.ic.gov",
      "cognito-idp-fips.us-isof-south-1.csp.hci.ic.gov",
      "cognito-idp-fips.us-isof-south-1.api.aws.hci.ic.gov"
    ),
    (
      "xx-new-9", "cognito-idp.xx-new-9.amazonaws.com", "cognito-idp.xx-new-9.amazonaws.com",
      "cognito-idp-fips.xx-new-9.amazonaws.com", "cognito-idp-fips.xx-new-9.api.aws"
    ),
  ]

  @Test func everyPartitionAndVariant() throws {
    for (region, plain, dual, fips, both) in Self.table {
      for (usesFIPS, usesDualStack, host) in [
        (false, false, plain), (false, true, dual), (true, false, fips), (true, true, both),
      ] {
        let resolver = try EndpointResolver(usesFIPS: usesFIPS, usesDualStack: usesDualStack)
        let endpoint = resolver.endpoint(region: region)
        #expect(endpoint == Endpoint(scheme: .https, host: host, port: 443))
        #expect(endpoint?.hostHeader == host)
      }
    }
  }

  @Test(arguments: ["", "us east", "a.b", "x@y", "us-east-1/", String(repeating: "a", count: 64)])
  func whatIsNoRegionHasNoEndpoint(_ region: String) throws {
    #expect(try EndpointResolver().endpoint(region: region) == nil)
  }

  static let service = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"

  @Test(
    arguments: [
      ([:], "https://cognito-idp.eu-west-1.amazonaws.com"),
      ([service: "http://127.0.0.1:9000"], "http://127.0.0.1:9000"),
      (["AWS_ENDPOINT_URL": "http://h:1"], "http://h:1"),
      ([service: "http://a:1", "AWS_ENDPOINT_URL": "http://b:2"], "http://a:1"),
      ([service: "", "AWS_ENDPOINT_URL": "http://b:2"], "http://b:2"),
      (
        [service: "http://a:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"],
        "https://cognito-idp.eu-west-1.amazonaws.com"
      ),
      (["AWS_USE_FIPS_ENDPOINT": "true"], "https://cognito-idp-fips.eu-west-1.amazonaws.com"),
      (
        ["AWS_USE_FIPS_ENDPOINT": "TRUE", "AWS_USE_DUALSTACK_ENDPOINT": "true"],
        "https://cognito-idp-fips.eu-west-1.api.aws"
      ),
    ] as [([String: String], String)])
  func settings(environment: [String: String], expected: String) throws {
    let resolver = try EndpointResolver(environment: environment)
    #expect(resolver.endpoint(region: "eu-west-1")?.description == expected)
  }

  /// Made with botocore 1.43.11's rule set for STS.
  @Test(
    arguments: [
      ("eu-west-1", false, false, "sts.eu-west-1.amazonaws.com"),
      ("eu-west-1", false, true, "sts.eu-west-1.api.aws"),
      ("us-east-1", true, false, "sts-fips.us-east-1.amazonaws.com"),
      ("us-east-1", true, true, "sts-fips.us-east-1.api.aws"),
      ("us-gov-west-1", false, false, "sts.us-gov-west-1.amazonaws.com"),
      ("us-gov-west-1", true, false, "sts.us-gov-west-1.amazonaws.com"),
      ("us-gov-west-1", true, true, "sts-fips.us-gov-west-1.api.aws"),
      ("cn-north-1", false, true, "sts.cn-north-1.api.amazonwebservices.com.cn"),
    ] as [(String, Bool, Bool, String)])
  func tokenService(region: String, fips: Bool, dualStack: Bool, host: String) throws {
    let resolver = try EndpointResolver(
      .securityTokenService, usesFIPS: fips, usesDualStack: dualStack)
    #expect(resolver.endpoint(region: region)?.host == host)
  }

  @Test func theTokenServiceHasASettingOfItsOwn() throws {
    let environment = [
      Self.service: "http://cognito", "AWS_ENDPOINT_URL_STS": "http://sts",
      "AWS_ENDPOINT_URL": "http://a",
    ]
    let configuration = try CognitoConfiguration(environment: environment)
    #expect(configuration.endpoints.override?.host == "cognito")
    #expect(configuration.tokenEndpoints?.override?.host == "sts")
    let general = try CognitoConfiguration(environment: ["AWS_ENDPOINT_URL": "http://a"])
    #expect(general.tokenEndpoints?.override?.host == "a")
    #expect(
      throws: CognitoConfigurationError(
        setting: "AWS_ENDPOINT_URL_STS", problem: "is no endpoint; accepted: http(s)://HOST[:PORT]")
    ) { try CognitoConfiguration(environment: ["AWS_ENDPOINT_URL_STS": "PLANTED"]) }
  }

  @Test(
    arguments: [
      ([service: "nonsense"], service), (["AWS_ENDPOINT_URL": "ftp://h"], "AWS_ENDPOINT_URL"),
      ([service: "http://h/path"], service), ([service: "http://u:PLANTED@h"], service),
      (["AWS_USE_FIPS_ENDPOINT": "yes"], "AWS_USE_FIPS_ENDPOINT"),
      (
        [service: "http://h", "AWS_USE_FIPS_ENDPOINT": "true"], "AWS_USE_FIPS_ENDPOINT"
      ),
      (
        [service: "http://h", "AWS_USE_DUALSTACK_ENDPOINT": "true"], "AWS_USE_DUALSTACK_ENDPOINT"
      ),
    ] as [([String: String], String)])
  func wrongSettingsAreNamed(environment: [String: String], setting: String) {
    let error = #expect(throws: CognitoConfigurationError.self) {
      try EndpointResolver(environment: environment)
    }
    #expect(error?.setting == setting)
    #expect(error?.description.contains("PLANTED") == false)
  }
}

@Suite struct EndpointTests {
  @Test(arguments: [
    ("http://localhost", "http://localhost", 80, "localhost"),
    ("HTTPS://Example.COM/", "https://example.com", 443, "example.com"),
    ("http://h:80", "http://h", 80, "h"), ("https://h:80", "https://h:80", 80, "h"),
    ("http://127.0.0.1:5000", "http://127.0.0.1:5000", 5000, "127.0.0.1"),
    ("http://[::1]:5000/", "http://[::1]:5000", 5000, "::1"),
    ("http://[::1]", "http://[::1]", 80, "::1"),
  ])
  func reads(url: String, description: String, port: Int, host: String) throws {
    let endpoint = try #require(Endpoint(url: url))
    #expect(endpoint.description == description)
    #expect(endpoint.port == port)
    #expect(endpoint.host == host)
  }

  @Test(arguments: [
    "", "localhost", "//h", "http://", "http:///", "http://h:", "http://h:0", "http://h:65536",
    "http://h:-1", "http://h:1x", "http://h:1:2", "http://h/p", "http://h?q", "http://h#f",
    "http://u@h", "http://h h", "http://h\r\nx", "http://[::1", "http://[]", "http://[h]",
    "http://[::1]x", "http://.h", "http://a..b", "http://ä", "ftp://h",
    "http://" + String(repeating: "a", count: 64),
    "http://" + String(repeating: "a.", count: 130) + "a",
  ])
  func refuses(_ url: String) {
    #expect(Endpoint(url: url) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("::1", true), ("localhost", false), ("a1.b2", false),
  ])
  func addresses(host: String, expected: Bool) {
    #expect(Endpoint(scheme: .https, host: host).isAddress == expected)
  }
}
