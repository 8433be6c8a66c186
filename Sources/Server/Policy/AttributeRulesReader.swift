import Provisioning

/// Reads the rules of names, attributes and maps by name.
enum AttributeRulesReader {
  static func username(
    _ fields: [String: DocumentNode]
  ) throws(PolicyDocumentError) -> UsernameRules {
    var rules = UsernameRules()
    if let node = fields["normalize"] {
      rules.normalize = try node.list(
        accepted: "a list of " + NormalizationStep.allCases.map(\.rawValue).joined(separator: ", ")
      ) { item throws(PolicyDocumentError) in try item.choice(of: NormalizationStep.self) }
    }
    if let node = fields["pattern"] { rules.pattern = try pattern(node) }
    if let node = fields["generate"] {
      rules.generate = try node.choice(of: UsernameGeneration.self)
    }
    return rules
  }

  private static func pattern(_ node: DocumentNode) throws(PolicyDocumentError) -> Pattern {
    let text = try node.text()
    do throws(PatternError) {
      return try Pattern(text)
    } catch {
      throw node.error(
        "\(error.problem), at character \(error.position) of the pattern", accepted: error.accepted)
    }
  }

  static func attributes(
    _ fields: [String: DocumentNode]
  ) throws(PolicyDocumentError) -> AttributeRules {
    var rules = AttributeRules(values: try map(fields))
    if let node = fields["required"] { rules.required = try node.names() }
    if let node = fields["allow"] { rules.allow = try node.names() }
    if let node = fields["forbidden"] { rules.forbidden = try node.names() }
    return rules
  }

  static func contacts(
    _ fields: [String: DocumentNode]
  ) throws(PolicyDocumentError) -> ContactRules {
    var rules = ContactRules()
    if let node = fields["verified"] { rules.verified = try node.names() }
    if let node = fields["email_domains"] {
      let lists = try node.fields(PolicyShape.emailDomains.keys)
      rules.emailDomainsAllowed = try lists["allow"].map(domains)
      rules.emailDomainsDenied = try lists["deny"].map(domains)
    }
    rules.phoneRegion = try fields["phone_region"].map(region)
    return rules
  }

  static func domains(_ node: DocumentNode) throws(PolicyDocumentError) -> [DomainPattern] {
    let domains = try node.list(
      accepted: "a list of domains"
    ) { item throws(PolicyDocumentError) in
      guard let domain = DomainPattern(try item.text()) else {
        throw item.error("not a domain", accepted: DomainPattern.accepted)
      }
      return domain
    }
    guard !domains.isEmpty else {
      throw node.error("the list is empty", accepted: DomainPattern.accepted)
    }
    return domains
  }

  private static func region(_ node: DocumentNode) throws(PolicyDocumentError) -> PhoneRegion {
    let accepted = "the ISO 3166-1 code of a region, e.g. US or DE, in quotes if it is NO"
    let code = try node.text(accepted: accepted)
    guard let region = PhoneRegion(code: code) else {
      let isLowered = PhoneRegion.codes.contains(code.uppercased())
      throw node.error(
        "unknown region" + (isLowered ? ", did you mean \(code.uppercased())?" : ""),
        accepted: accepted)
    }
    return region
  }

  // MARK: Maps

  static func map(_ fields: [String: DocumentNode]) throws(PolicyDocumentError) -> MapRule {
    MapRule(
      default: try fields["default"].map(entries) ?? [],
      fixed: try fields["fixed"].map(entries) ?? [])
  }

  private static func entries(
    _ node: DocumentNode
  ) throws(PolicyDocumentError) -> [TemplateEntry] {
    var entries: [TemplateEntry] = []
    for (name, value) in try node.entries(accepted: "a map of names to text") {
      entries.append(TemplateEntry(name: name, value: try template(value)))
    }
    return entries
  }

  private static func template(_ node: DocumentNode) throws(PolicyDocumentError) -> ValueTemplate {
    let text = try node.text()
    let names = ValueTemplate.Variable.allCases.map(\.rawValue)
    let accepted = names.map { "${\($0)}" }.joined(separator: ", ")
    do throws(ValueTemplate.Flaw) {
      return try ValueTemplate(text)
    } catch {
      switch error {
      case .unclosed: throw node.error("${ without its }", accepted: accepted)
      case .unknownVariable(let name):
        throw node.error(
          "unknown variable" + Suggestion.text(for: name, among: names), accepted: accepted)
      }
    }
  }
}
