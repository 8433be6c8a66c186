import Provisioning

/// Runs a file of cases against a document, the way a unit test would.
package struct PolicyCases {
  /// What one case came to.
  package struct Outcome: Sendable {
    package var name: String
    /// Readable lines, one thing each; empty where everything is as expected.
    package var differences: [String]
  }

  /// - Throws: what is wrong with one of the two files.
  package static func run(
    policyPath: String, casesPath: String
  ) throws(PolicyDocumentError) -> [Outcome] {
    let policy = try PolicyDocument.load(path: policyPath)
    let cases = try PolicyCase.readAll(PolicyDocument.root(path: casesPath))
    return cases.map { Outcome(name: $0.name, differences: differences(of: $0, under: policy)) }
  }

  /// Inputs of an evaluation that makes no call: ids are nil, nothing is random.
  static func evaluate(
    _ request: UserRequest, callerID: String?, under policy: Policy
  ) -> Result<PolicyEvaluation, ProvisioningError>? {
    let entry =
      callerID.map { id in policy.callers.first { $0.caller.id == id } } ?? policy.callers.first
    guard let caller = entry?.caller else { return nil }
    do throws(ProvisioningError) {
      return .success(
        try policy.evaluate(
          request, caller: caller,
          inputs: PolicyInputs(creationID: .nil, requestID: request.requestID)))
    } catch {
      return .failure(error)
    }
  }

  private static func differences(of example: PolicyCase, under policy: Policy) -> [String] {
    switch (
      evaluate(example.request, callerID: example.callerID, under: policy), example.expectation
    )
    {
    case (nil, _):
      ["caller: the document has no \(example.callerID ?? "caller at all")"]
    case (.success(let evaluation), .effective(let fields, let decisions)):
      compare(fields, EffectiveFields.texts(of: evaluation))
        + compare(decisions, evaluation.decisions.map(EffectiveFields.text))
    case (.failure(let error), .refused(let fields)):
      compare(fields, RefusedFields.texts(of: error))
    case (.success, .refused):
      ["expected to be refused, but it is allowed"]
    case (.failure(let error), .effective):
      ["expected to be allowed, but it is refused:"]
        + RefusedFields.texts(of: error).map { "  \($0.field): \($0.value)" }
    }
  }

  private static func compare(
    _ expected: [(field: String, value: String)], _ actual: [(field: String, value: String)]
  ) -> [String] {
    expected.compactMap { field, value in
      let found = actual.first { $0.field == field }?.value ?? ""
      return found == value ? nil : "\(field)\n  expected: \(value)\n  is:       \(found)"
    }
  }

  private static func compare(_ expected: [String]?, _ actual: [String]) -> [String] {
    guard let expected else { return [] }
    return expected.filter { !actual.contains($0) }.map { "decision is missing: \($0)" }
      + actual.filter { !expected.contains($0) }.map { "decision was not expected: \($0)" }
  }
}
