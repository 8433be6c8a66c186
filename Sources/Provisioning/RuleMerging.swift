/// A value with the way to the key that gave it.
struct Sourced<Value> {
  let value: Value
  let path: [String]
}

/// Merges one organization's rules over the company's: keys and lists replace, maps merge by name,
/// `forbidden` adds up, so that an organization can drop neither a fixed nor a forbidden entry.
struct RuleMerging {
  struct Level {
    let path: [String]
    let rules: PolicyRules
  }

  /// The organization, then the company.
  let levels: [Level]
  let organization: Level

  init(organization name: String, rules: PolicyRules, company: PolicyRules) {
    organization = Level(path: ["organizations", name], rules: rules)
    levels = [organization, Level(path: ["company"], rules: company)]
  }

  /// The value of a key on the level nearest to the organization.
  func nearest<Value>(
    _ key: [String], _ value: (PolicyRules) -> Value?
  ) -> Sourced<Value>? {
    for level in levels {
      if let value = value(level.rules) { return Sourced(value: value, path: level.path + key) }
    }
    return nil
  }

  func userPools() throws(PolicyRuleError) -> [UserPool] {
    guard let pools = nearest(["user_pools"], \.userPools) else {
      throw PolicyRuleError(
        path: organization.path, problem: "the organization has no user_pools",
        accepted: "user_pools: [{id: REGION_ID}]")
    }
    try UserPoolRules.check(pools)
    return pools.value
  }

  /// Merges a map by name; an entry of the organization replaces the company's of the same name.
  ///
  /// - Parameter check: what is accepted, for a name that the API cannot take.
  func map(
    _ field: String, _ rule: KeyPath<PolicyRules, MapRule>,
    valueLimit: Int = APILimits.attributeValue.upperBound, decisionField: String? = nil,
    check: (String) -> String?
  ) throws(PolicyRuleError) -> EffectiveMap {
    let shown = decisionField ?? field
    func entries(
      _ verb: String, _ effect: PolicyDecision.Effect, _ list: KeyPath<MapRule, [TemplateEntry]>,
      except taken: Set<NameKey>
    ) throws(PolicyRuleError) -> [EffectiveEntry] {
      var merged: [EffectiveEntry] = []
      var seen = taken
      // The company's entries come first in the result, whichever level gives their value.
      for level in levels {
        var own: [EffectiveEntry] = []
        for entry in level.rules[keyPath: rule][keyPath: list] {
          let path = level.path + [field, verb, entry.name]
          try Self.checkEntry(entry, at: path, valueLimit: valueLimit, check: check)
          guard seen.insert(NameKey(entry.name)).inserted else { continue }
          own.append(
            EffectiveEntry(
              path: path, name: entry.name, template: entry.value,
              decision: PolicyDecision(
                field: "\(shown)[\(entry.name)]", rule: PolicyRuleError.text(of: path),
                effect: effect)))
        }
        merged = own + merged
      }
      return merged
    }
    let fixed = try entries("fixed", .fixed, \.fixed, except: [])
    let defaults = try entries(
      "default", .defaulted, \.default, except: Set(fixed.map { NameKey($0.name) }))
    return EffectiveMap(default: defaults, fixed: fixed)
  }

  func metadataMaximumBytes(fixed: [EffectiveEntry]) throws(PolicyRuleError) -> Int? {
    guard
      let limit = nearest(["client_metadata", "max_bytes"], \.clientMetadataMaximumBytes)
    else { return nil }
    let written = fixed.reduce(0) { $0 + $1.name.utf8.count + $1.template.minimumBytes }
    guard written <= limit.value else {
      throw PolicyRuleError(
        path: limit.path, problem: "the fixed entries alone have \(written) bytes",
        accepted: "\(written) or more")
    }
    return limit.value
  }

  private static func checkEntry(
    _ entry: TemplateEntry, at path: [String], valueLimit: Int, check: (String) -> String?
  ) throws(PolicyRuleError) {
    if let accepted = check(entry.name) {
      throw PolicyRuleError(path: path, problem: "not a name of the API", accepted: accepted)
    }
    if entry.value.maximumLength > valueLimit {
      throw PolicyRuleError(
        path: path, problem: "the value can become too long",
        accepted: "at most \(valueLimit) characters")
    }
  }
}
