/// A policy document in force: checked, merged for each organization, ready to be evaluated. It
/// never changes; a call takes one reference to it.
package final class Policy: Sendable {
  /// SHA-256 of the document's bytes, in lower-case hexadecimal.
  package let digest: String
  /// Who a call without any credential is; `nil` refuses it.
  package let anonymousCaller: Caller?
  /// In the order of the document; the first that matches an identity counts.
  package let callers: [CallerEntry]
  /// In the order of the document.
  package let organizationNames: [String]

  private let organizations: [NameKey: OrganizationRules]

  /// - Parameter callers: in the order of the document.
  /// - Throws: the first rule that cannot hold.
  package init(
    digest: String, company: PolicyRules, organizations: [OrganizationEntry],
    callers: [CallerEntry]
  ) throws(PolicyRuleError) {
    var merged: [NameKey: OrganizationRules] = [:]
    for entry in organizations {
      let path = ["organizations", entry.name]
      try Self.checkName(entry.name, at: path)
      guard merged[NameKey(entry.name)] == nil else {
        throw PolicyRuleError(
          path: path, problem: "the organization stands twice", accepted: "each name at most once")
      }
      merged[NameKey(entry.name)] = try OrganizationRules(
        name: entry.name, rules: entry.rules, company: company)
    }
    try Self.check(callers, organizations: organizations)
    self.digest = digest
    self.organizations = merged
    organizationNames = organizations.map(\.name)
    self.callers = callers
    anonymousCaller = callers.first { $0.credential == .anonymous }?.caller
  }

  /// Every user pool of the document, once each, in its order.
  package var userPools: [UserPool] {
    var pools: [UserPool] = []
    var seen: Set<UserPool> = []
    for name in organizationNames {
      for pool in organizations[NameKey(name)]?.userPools ?? [] where seen.insert(pool).inserted {
        pools.append(pool)
      }
    }
    return pools
  }

  /// Under which names, and in which pools, a user may have been created whom somebody calls so: as
  /// it is written, and as the organization normalizes it.
  ///
  /// - Parameter names: of the organizations; `nil`: all of them.
  package func users(called username: String, in names: Set<String>?) -> [UserInPool] {
    var users: [UserInPool] = []
    for name in organizationNames where names?.contains(name) ?? true {
      guard let rules = organizations[NameKey(name)] else { continue }
      let normal = rules.username.normalization?.normalized(username)
      for pool in rules.userPools {
        users += [username, normal].compactMap(\.self).map {
          UserInPool(pool: pool, username: $0)
        }
      }
    }
    return users
  }

  /// Turns a request into the creation that the policy allows. Pure.
  ///
  /// - Throws: ``ProvisioningError/refused(_:)`` or ``ProvisioningError/invalid(_:)``, with
  ///   everything that is wrong at once. Where both apply it is the refusal, and it names every
  ///   forbidden field.
  package func evaluate(
    _ request: consuming UserRequest, caller: Caller, inputs: PolicyInputs
  ) throws(ProvisioningError) -> PolicyEvaluation {
    guard let rules = organizations[NameKey(request.organization)],
      caller.organizations.contains(rules.name)
    else {
      // What is no text names no organization that could be refused.
      guard request.unreadableTexts.contains("organization") else {
        throw .refused(.organizationNotGranted)
      }
      throw .invalid(inputs.violations + request.unreadableViolations)
    }
    if let missing = Authorization.missingPermission(of: caller, for: request, under: rules) {
      throw .refused(.permissionMissing(missing))
    }
    if RequestValidation.isOversize(request) {
      throw .invalid(inputs.violations + RequestValidation.violations(of: request))
    }
    var context = TemplateContext(
      callerID: caller.id, organization: rules.name, inputs: inputs)
    var normalizing: [Violation] = []
    var decisions: [PolicyDecision] = []
    if rules.normalizesRequests {
      var normalization = RequestNormalization(rules: rules)
      normalization.run(on: &request, &context)
      (normalizing, decisions) = (normalization.violations, normalization.decisions)
    }
    var found = inputs.violations
    found += RequestValidation.violationsOfFields(of: request)
    found += normalizing
    var evaluator = PolicyEvaluator(
      request: consume request, rules: rules, context: consume context,
      violations: consume found, decisions: consume decisions)
    return try evaluator.evaluate()
  }

  /// The rules of an organization as they hold: the company's and its own, merged.
  package func effectiveRules(of organization: String) -> PolicyRules? {
    organizations[NameKey(organization)]?.effective
  }

  /// Where the rule of a key stands, e.g. `organizations.acme` for `["message_action", "default"]`;
  /// `built-in` where the document does not have it.
  package func origin(of key: [String], in organization: String) -> String {
    organizations[NameKey(organization)]?.origin(of: key) ?? ""
  }

  /// The document's own name of an organization; `nil` for one that it does not have.
  func organizationName(_ asked: String) -> String? {
    organizations[NameKey(asked)]?.name
  }

  private static func checkName(_ name: String, at path: [String]) throws(PolicyRuleError) {
    let length =
      name.isLonger(than: PolicyLimits.nameLength) ? nil : TextClass.visible.length(of: name)
    guard let length, length > 0 else {
      throw PolicyRuleError(
        path: path, problem: "not a name",
        accepted: "1 to \(PolicyLimits.nameLength) visible characters, no white space")
    }
  }

  private static func check(
    _ callers: [CallerEntry], organizations: [OrganizationEntry]
  ) throws(PolicyRuleError) {
    let known = organizations.map(\.name)
    let knownSet = NameSet(known)
    var ids: Set<NameKey> = []
    var taken = TakenCredentials()
    for (index, entry) in callers.enumerated() {
      let path = ["callers", "[\(index)]"]
      try checkName(entry.caller.id, at: path + ["id"])
      guard ids.insert(NameKey(entry.caller.id)).inserted else {
        throw PolicyRuleError(
          path: path + ["id"], problem: "the caller stands twice", accepted: "each id at most once")
      }
      try taken.take(entry, at: path)
      guard case .only(let names) = entry.caller.organizations else { continue }
      if let stray = names.sorted().first(where: { !knownSet.contains($0) }) {
        throw PolicyRuleError(
          path: path + ["organizations"],
          problem: "the organization \(stray) is not in the document",
          accepted: (known + ["\"*\""]).joined(separator: ", "))
      }
    }
  }
}
