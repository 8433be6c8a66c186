import Provisioning

/// The shape of an entry of `callers`.
enum PolicyCallerShape {
  private typealias Field = DocumentFields.Field

  static let credentials = ["spiffe_id", "dns", "token_sha256", "jwt", "anonymous"]

  static let caller = DocumentFields(
    [
      Field("id", name, "Name of the caller.", isRequired: true),
      Field(
        "spiffe_id", .text(pattern: "^spiffe://."),
        "The URI of its client certificate; the path may be a glob."),
      Field("dns", .text(pattern: "^[A-Za-z0-9.-]+$"), "A DNS name of its client certificate."),
      Field(
        "token_sha256", .either([token, .list(token, minimum: 1)]),
        "SHA-256 of its bearer token, or several while it is rotated."),
      Field("jwt", .object(jwt), "What its JSON Web Token says, and whose keys sign it."),
      Field("anonymous", .yes, "Calls without any credential. For development."),
      Field(
        "organizations", .list(name), "Names of organizations, or [\"*\"].", isRequired: true),
      Field(
        "permissions", .list(.words(Permission.allCases.map(\.rawValue) + ["*"])),
        "What the caller may do, or [\"*\"].", isRequired: true),
      Field("rate", .object(rate), "How often it may call."),
    ], oneOf: credentials)

  static let jwt = DocumentFields([
    Field("issuer", .text(pattern: "."), "The claim iss.", isRequired: true),
    Field("audience", .text(pattern: "."), "One of the claim aud.", isRequired: true),
    Field("subject", .text(pattern: "."), "The claim sub.", isRequired: true),
    Field("jwks_file", .text(pattern: "."), "The issuer's public keys.", isRequired: true),
  ])

  static let rate = DocumentFields([
    Field(
      "per_second", .number(minimum: CallRate.perSecondRange.lowerBound),
      "Calls a second in the long run.", isRequired: true),
    Field("burst", .integer(CallRate.burstRange), "Calls at once."),
  ])

  private static let name = DocumentShape.text(pattern: "^\\S+$")
  /// Digits without a letter among them are a number to YAML.
  private static let token = DocumentShape.either([
    .text(pattern: "^[0-9a-fA-F]{64}$"), .number(minimum: 0),
  ])
}
