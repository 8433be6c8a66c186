import Logging
package import Provisioning
import Synchronization

/// One policy document with what finds out its callers: exchanged together.
final class PolicyInForce: Sendable {
  let policy: Policy
  let authenticator: CallerAuthenticator

  init(_ policy: Policy, authenticator: CallerAuthenticator) {
    self.policy = policy
    self.authenticator = authenticator
  }
}

/// The policy in force. A reload swaps it whole, with the public keys that it names; a document or
/// a key file that is refused leaves the old ones.
package final class PolicyStore: Reloadable {
  private struct State {
    var inForce: PolicyInForce
    var files: WatchedFiles
    /// Why the last reload was refused.
    var refusal: PolicyDocumentError?
    var refusedReloads = 0
  }

  private let path: String
  /// Whether a document may name an anonymous caller.
  private let allowsAnonymous: Bool
  private let rates = CallRates()
  private let state: Mutex<State>
  private let preparation = Mutex<(@Sendable (Policy) -> Void)?>(nil)
  private let announcement = Mutex<(@Sendable (String) -> Void)?>(nil)

  /// - Parameter allowsAnonymous: whether a document may name an anonymous caller.
  /// - Throws: why the document cannot be used.
  package init(path: String, allowsAnonymous: Bool = true) throws(PolicyDocumentError) {
    self.path = path
    self.allowsAnonymous = allowsAnonymous
    let keySets = KeySetFiles(besides: path)
    let policy = try Self.load(path, keySets, allowsAnonymous: allowsAnonymous)
    let authenticator = CallerAuthenticator(policy, keySets: keySets.sets, rates: rates)
    state = Mutex(
      State(
        inForce: PolicyInForce(policy, authenticator: authenticator), files: keySets.watched))
  }

  private static func load(
    _ path: String, _ keySets: KeySetFiles, allowsAnonymous: Bool
  ) throws(PolicyDocumentError) -> Policy {
    let policy = try PolicyDocument.load(path: path, keySets: keySets)
    guard allowsAnonymous || policy.anonymousCaller == nil else {
      throw PolicyDocumentError(
        file: path, line: 1, column: 1, key: "callers",
        problem: "an anonymous caller is refused off loopback",
        accepted: "callers that authenticate, or --insecure")
    }
    return policy
  }

  /// Sets what is done with every document that is about to come into force.
  func prepare(_ body: @escaping @Sendable (Policy) -> Void) {
    preparation.withLock { $0 = body }
  }

  /// Sets who is told the digest of every other document that has come into force.
  func announce(_ body: @escaping @Sendable (String) -> Void) {
    announcement.withLock { $0 = body }
  }

  var inForce: PolicyInForce { state.withLock(\.inForce) }

  package var current: Policy { inForce.policy }

  var files: WatchedFiles { state.withLock(\.files) }

  /// Reads the document and its key files again.
  func reload(_ logger: Logger) {
    let keySets = KeySetFiles(besides: path)
    do throws(PolicyDocumentError) {
      let policy = try Self.load(path, keySets, allowsAnonymous: allowsAnonymous)
      let authenticator = CallerAuthenticator(policy, keySets: keySets.sets, rates: rates)
      preparation.withLock { $0 }?(policy)
      let before = state.withLock { state in
        defer {
          state.inForce = PolicyInForce(policy, authenticator: authenticator)
          state.files = keySets.watched
          state.refusal = nil
        }
        return state.inForce.policy.digest
      }
      if before != policy.digest { announcement.withLock { $0 }?(policy.digest) }
      logger.notice("policy reloaded", metadata: ["digest": "\(policy.digest)"])
    } catch {
      state.withLock {
        // Those of the document in force stay watched, too.
        $0.files = keySets.watched.union($0.files)
        $0.refusal = error
        $0.refusedReloads += 1
      }
      logger.error("policy refused; the old one stays in force", metadata: ["error": "\(error)"])
    }
  }

  /// In Prometheus' text format.
  var exposition: String {
    var text = PrometheusText()
    text.header(
      "provisiond_policy_reloads_refused_total", "counter", "Documents refused at a reload.")
    text.sample("provisiond_policy_reloads_refused_total", [], state.withLock(\.refusedReloads))
    return text.description
  }

  /// For `/readyz?verbose`: a refused reload is shown, and does not take the service away.
  var readiness: Readiness.Check {
    let (digest, refusal) = state.withLock { ($0.inForce.policy.digest, $0.refusal) }
    return Readiness.Check(
      name: "policy", passes: true,
      detail: refusal.map { "\(digest) in force; the last reload was refused: \($0)" } ?? digest)
  }
}
