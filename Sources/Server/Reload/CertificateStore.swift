import HTTP2
import Logging
import Synchronization

/// The certificates in force. A reload exchanges them for connections to come; files that are
/// refused leave the old ones.
final class CertificateStore: Reloadable {
  let identity: TLSIdentity
  private let watched: Mutex<WatchedFiles>
  /// Why the last reload was refused.
  private let refusal = Mutex<TLSIdentityError?>(nil)

  init(_ paths: TLSFiles) throws(TLSIdentityError) {
    watched = Mutex(
      WatchedFiles([paths.certificate, paths.privateKey] + (paths.clientCA.map { [$0] } ?? [])))
    identity = try TLSIdentity(
      certificateChain: .file(paths.certificate), privateKey: .file(paths.privateKey),
      clientAuthority: paths.clientCA.map { .file($0) })
  }

  var files: WatchedFiles { watched.withLock { $0 } }

  /// Reads the files again.
  func reload(_ logger: Logger) {
    watched.withLock { $0 = WatchedFiles($0.paths) }
    do throws(TLSIdentityError) {
      try identity.reload()
      refusal.withLock { $0 = nil }
      logger.notice("certificates reloaded")
    } catch {
      refusal.withLock { $0 = error }
      logger.error(
        "certificates refused; the old ones stay in force", metadata: ["error": "\(error)"])
    }
  }

  /// For `/readyz?verbose`: a refused reload is shown, and does not take the service away.
  var readiness: Readiness.Check {
    let refusal = refusal.withLock { $0 }
    return Readiness.Check(
      name: "certificates", passes: true,
      detail: refusal.map { "in force; the last reload was refused: \($0)" } ?? "in force")
  }
}
