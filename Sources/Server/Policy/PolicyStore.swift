import Logging
package import Provisioning
import Synchronization

/// The policy in force. A reload swaps it whole; a document that is refused leaves the old one.
package final class PolicyStore: Reloadable {
  private struct State {
    var policy: Policy
    /// Why the last reload was refused.
    var refusal: PolicyDocumentError?
    var refusedReloads = 0
  }

  let files: WatchedFiles
  private let path: String
  /// Whether a document may name an anonymous caller.
  private let allowsAnonymous: Bool
  private let state: Mutex<State>

  /// - Parameter allowsAnonymous: whether a document may name an anonymous caller.
  /// - Throws: why the document cannot be used.
  package init(path: String, allowsAnonymous: Bool = true) throws(PolicyDocumentError) {
    files = WatchedFiles([path])
    self.path = path
    self.allowsAnonymous = allowsAnonymous
    state = Mutex(
      State(policy: try Self.load(path: path, allowsAnonymous: allowsAnonymous)))
  }

  private static func load(
    path: String, allowsAnonymous: Bool
  ) throws(PolicyDocumentError) -> Policy {
    let policy = try PolicyDocument.load(path: path)
    guard allowsAnonymous || policy.anonymousCaller == nil else {
      throw PolicyDocumentError(
        file: path, line: 1, column: 1, key: "callers",
        problem: "an anonymous caller is refused off loopback",
        accepted: "callers that authenticate, or --insecure")
    }
    return policy
  }

  package var current: Policy { state.withLock(\.policy) }

  /// Reads the document again.
  func reload(_ logger: Logger) {
    do throws(PolicyDocumentError) {
      let policy = try Self.load(path: path, allowsAnonymous: allowsAnonymous)
      state.withLock {
        $0.policy = policy
        $0.refusal = nil
      }
      logger.notice("policy reloaded", metadata: ["digest": "\(policy.digest)"])
    } catch {
      state.withLock {
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
    let (digest, refusal) = state.withLock { ($0.policy.digest, $0.refusal) }
    return Readiness.Check(
      name: "policy", passes: true,
      detail: refusal.map { "\(digest) in force; the last reload was refused: \($0)" } ?? digest)
  }
}
