import Logging
package import Provisioning
import Synchronization

/// The policy in force. A reload swaps it whole; a document that is refused leaves the old one.
package final class PolicyStore: Sendable {
  private struct State {
    var policy: Policy
    /// Why the last reload was refused.
    var refusal: PolicyDocumentError?
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
      state.withLock { $0 = State(policy: policy, refusal: nil) }
      logger.notice("policy reloaded", metadata: ["digest": "\(policy.digest)"])
    } catch {
      state.withLock { $0.refusal = error }
      logger.error("policy refused; the old one stays in force", metadata: ["error": "\(error)"])
    }
  }

  /// For `/readyz?verbose`: a refused reload is shown, and does not take the service away.
  var readiness: Readiness.Check {
    let (digest, refusal) = state.withLock { ($0.policy.digest, $0.refusal) }
    return Readiness.Check(
      name: "policy", passes: true,
      detail: refusal.map { "\(digest) in force; the last reload was refused: \($0)" } ?? digest)
  }
}
