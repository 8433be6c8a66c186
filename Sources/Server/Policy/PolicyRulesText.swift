import Provisioning

/// Rules in the policy document's own language, one line for each key.
struct PolicyRulesText {
  /// What stands behind a key as a comment; `nil` for nothing.
  private let comment: ([String]) -> String?
  private var lines: [String] = []

  /// - Parameters:
  ///   - rules: of one organization; keys that are absent are left out.
  ///   - comment: gets the way of a key, e.g. `["message_action", "default"]`.
  static func render(_ rules: PolicyRules, comment: ([String]) -> String? = { _ in nil }) -> String
  {
    withoutActuallyEscaping(comment) { comment in
      var text = PolicyRulesText(comment: comment)
      text.write(rules)
      return text.lines.map { $0 + "\n" }.joined()
    }
  }

  private init(comment: @escaping ([String]) -> String?) {
    self.comment = comment
  }

  private typealias Entries = [(key: String, value: FlowValue?)]

  private mutating func write(_ rules: PolicyRules) {
    if let pools = rules.userPools {
      let list = FlowValue.list(
        pools.map { pool in
          .map(
            [("id", .text(pool.id)), ("region", .text(pool.region))]
              + (pool.roleARN.map { [("role_arn", .text($0))] } ?? []))
        })
      lines.append(line("user_pools", list, at: ["user_pools"]))
    }
    write(
      "desired_delivery_mediums",
      Self.verbs(rules.desiredDeliveryMediums, Self.choice) {
        .text($0.rawValue)
      })
    write(
      "message_action",
      Self.verbs(rules.messageAction, { .text($0.rawValue) }, { .text($0.rawValue) }) + [
        ("suppress_when", rules.suppressWhen.map { .list($0.map(Self.suppression)) })
      ])
    write(
      "force_alias_creation", Self.verbs(rules.forceAliasCreation, FlowValue.flag, FlowValue.flag))
    write(
      "temporary_password",
      [
        ("source", rules.passwordSource.map { .text($0.rawValue) }),
        ("allow_caller", rules.allowCallerPassword.map(FlowValue.flag)),
      ])
    write(
      "username",
      [
        ("normalize", rules.username.normalize.map { .list($0.map { .text($0.rawValue) }) }),
        ("pattern", rules.username.pattern.map { .text($0.text) }),
        ("generate", rules.username.generate.map { .text($0.rawValue) }),
      ])
    write("attributes", Self.attributes(rules))
    write(
      "client_metadata",
      Self.values(rules.clientMetadata) + [
        ("max_bytes", rules.clientMetadataMaximumBytes.map(FlowValue.number))
      ])
    write("validation_data", Self.values(rules.validationData))
    write("request_id", [("required", rules.requestIDRequired.map(FlowValue.flag))])
  }

  private mutating func write(_ field: String, _ entries: Entries) {
    let present = entries.filter { $0.value != nil }
    guard !present.isEmpty else { return }
    lines.append("\(field):")
    for (key, value) in present {
      guard let value else { continue }
      lines.append("  " + line(key, value, at: [field, key]))
    }
  }

  private func line(_ key: String, _ value: FlowValue, at way: [String]) -> String {
    "\(key): \(value.text)" + (comment(way).map { "  # \($0)" } ?? "")
  }

  // MARK: Values

  private static func verbs<Choice, Element>(
    _ rule: FieldRule<Choice, Element>, _ choice: (Choice) -> FlowValue,
    _ element: (Element) -> FlowValue
  ) -> Entries {
    [
      ("default", rule.default.map(choice)),
      ("allow", rule.allow.map { .list($0.map(element)) }), ("fixed", rule.fixed.map(choice)),
    ]
  }

  private static func choice(_ choice: MediumChoice) -> FlowValue {
    switch choice {
    case .auto: .text("AUTO")
    case .mediums(let mediums): .list(mediums.map { .text($0.rawValue) })
    }
  }

  private static func suppression(_ rule: SuppressionRule) -> FlowValue {
    switch rule {
    case .emailDomain(let domains): .map([("email_domain", self.domains(domains))])
    case .attribute(let name, let values):
      .map([("attribute", .map([("name", .text(name)), ("in", names(values))]))])
    case .caller(let ids): .map([("caller", names(ids))])
    }
  }

  private static func attributes(_ rules: PolicyRules) -> Entries {
    let contacts = rules.contacts
    let lists = [
      ("allow", contacts.emailDomainsAllowed), ("deny", contacts.emailDomainsDenied),
    ].compactMap { name, list in list.map { (name, domains($0)) } }
    let forbidden = rules.attributes.forbidden
    return [
      ("required", rules.attributes.required.map(names)),
      ("forbidden", forbidden.isEmpty ? nil : names(forbidden)),
      ("allow", rules.attributes.allow.map(names)),
    ] + values(rules.attributes.values) + [
      ("verified", contacts.verified.map(names)),
      ("email_domains", lists.isEmpty ? nil : .map(lists)),
      ("phone_region", contacts.phoneRegion.map { .text($0.code) }),
    ]
  }

  private static func values(_ rule: MapRule) -> Entries {
    func map(_ entries: [TemplateEntry]) -> FlowValue? {
      entries.isEmpty ? nil : .map(entries.map { ($0.name, .text($0.value.text)) })
    }
    return [("default", map(rule.default)), ("fixed", map(rule.fixed))]
  }

  private static func names(_ names: [String]) -> FlowValue { .list(names.map { .text($0) }) }

  private static func domains(_ domains: [DomainPattern]) -> FlowValue {
    .list(domains.map { .text($0.text) })
  }
}
