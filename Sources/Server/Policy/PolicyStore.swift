import Logging
package import Provisioning
import Synchronization

/// The policy in force. A reload swaps it whole; a document that is refused leaves the old one.
package final class PolicyStore: Sendable {
  private struct State {
    var policy: Policy
    /// Why the last reload was refused.
    var refusal: PolicyDocumentError?
    var refusedReloads = 0
  }

  private let path: String
  private let state: Mutex<State>

  /// - Throws: why the document cannot be used.
  package init(path: String) throws(PolicyDocumentError) {
    self.path = path
    state = Mutex(State(policy: try PolicyDocument.load(path: path)))
  }

  package var current: Policy { state.withLock(\.policy) }

  /// Reads the document again.
  func reload(_ logger: Logger) {
    do throws(PolicyDocumentError) {
      let policy = try PolicyDocument.load(path: path)
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
