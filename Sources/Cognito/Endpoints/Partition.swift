/// A part of AWS with its own DNS names, found by the prefix of a Region's name (the SDKs'
/// `partitions.json`).
struct Partition: Equatable {
  let regionPrefix: String
  let dnsSuffix: String
  let dualStackDNSSuffix: String

  /// The partition of a Region; a Region that no prefix knows is taken for one of `aws`, as the
  /// SDKs do, so that new Regions work.
  static func of(region: String) -> Partition {
    others.first { region.hasPrefix($0.regionPrefix) } ?? aws
  }

  static let aws = Partition(
    regionPrefix: "", dnsSuffix: "amazonaws.com", dualStackDNSSuffix: "api.aws")
  static let govCloud = Partition(
    regionPrefix: "us-gov-", dnsSuffix: "amazonaws.com", dualStackDNSSuffix: "api.aws")

  private static let others = [
    govCloud,
    Partition(
      regionPrefix: "cn-", dnsSuffix: "amazonaws.com.cn",
      dualStackDNSSuffix: "api.amazonwebservices.com.cn"),
    Partition(
      regionPrefix: "eusc-", dnsSuffix: "amazonaws.eu",
      dualStackDNSSuffix: "api.amazonwebservices.eu"),
    Partition(
      regionPrefix: "us-iso-", dnsSuffix: "c2s.ic.gov", dualStackDNSSuffix: "api.aws.ic.gov"),
    Partition(
      regionPrefix: "us-isob-", dnsSuffix: "sc2s.sgov.gov", dualStackDNSSuffix: "api.aws.scloud"),
    Partition(
      regionPrefix: "eu-isoe-", dnsSuffix: "cloud.adc-e.uk",
      dualStackDNSSuffix: "api.cloud-aws.adc-e.uk"),
    Partition(
      regionPrefix: "us-isof-", dnsSuffix: "csp.hci.ic.gov",
      dualStackDNSSuffix: "api.aws.hci.ic.gov"),
  ]
}
