/// `locked` in a company's rule: keys that no organization may say anything about.
extension RuleMerging {
  func checkLocks() throws(PolicyRuleError) {
    for level in levels where level.path != organization.path {
      for lock in level.rules.locked where organization.rules.keys.contains(lock) {
        throw PolicyRuleError(
          path: organization.path + lock,
          problem:
            "locked by \(PolicyRuleError.text(of: level.path + lock.dropLast() + ["locked"]))",
          accepted: "the company's rule, which holds here too")
      }
    }
  }
}
