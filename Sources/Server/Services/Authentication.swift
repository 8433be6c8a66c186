import GRPC
import Provisioning

/// A caller that proved who it is, and where its call comes from. An object, because a call hands it
/// on at each step.
final class AuthenticatedCall: Sendable {
  let caller: Caller
  let origin: CallOrigin
  let progress = CreationProgress()

  init(caller: Caller, origin: CallOrigin) {
    self.caller = caller
    self.origin = origin
  }
}

/// Turns a call's credentials into the caller that the policy knows, before its message is sent.
///
/// Every credential that is presented must be valid: a bad token never falls back to the anonymous
/// caller.
final class Authentication: ServerInterceptor {
  /// Who a call without any credential is; `nil` refuses it.
  private let anonymousCaller: @Sendable () -> Caller?

  /// Services that anybody may call, and that no credential is looked at for.
  private let openServices: Set<String>

  /// Takes the refusals made here; nobody waits for them.
  private let recordDenial: @Sendable (Denial) -> Void

  /// Longest `x-on-behalf-of`, in characters.
  static let maximumOnBehalfOf = 128

  init(
    anonymousCaller: @escaping @Sendable () -> Caller?, openServices: Set<String> = [],
    recordDenial: @escaping @Sendable (Denial) -> Void
  ) {
    self.anonymousCaller = anonymousCaller
    self.openServices = openServices
    self.recordDenial = recordDenial
  }

  func callDidArrive(_ context: inout ServerContext) throws(RPCError) {
    if openServices.contains(context.descriptor.service) { return }
    let metadata = context.metadata
    guard metadata.firstBytes(forKey: "authorization") == nil,
      let caller = anonymousCaller()
    else {
      recordDenial(Denial(unauthenticatedFrom: context.peer))
      throw Self.unauthenticated
    }
    let onBehalfOf = metadata.firstString(forKey: "x-on-behalf-of")
    if let onBehalfOf, !Self.isOpaqueID(onBehalfOf) {
      throw ProvisioningError.invalid([
        Violation(
          field: "x-on-behalf-of",
          description: "must be 1 to \(Self.maximumOnBehalfOf) printable ASCII characters")
      ]).rpcError
    }
    context.principal = AuthenticatedCall(
      caller: caller,
      origin: CallOrigin(
        callerID: caller.id, authentication: caller.authentication, onBehalfOf: onBehalfOf,
        peer: context.peer))
  }

  /// The same for every reason: a refusal is no oracle.
  static var unauthenticated: RPCError {
    ErrorDetails(
      .unauthenticated, "UNAUTHENTICATED", "The call carries no valid credential.", executed: .no
    ).rpcError
  }

  private static func isOpaqueID(_ text: String) -> Bool {
    (1...maximumOnBehalfOf).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}

extension ServerContext {
  /// What ``Authentication`` found out.
  ///
  /// - Throws: UNAUTHENTICATED where no interceptor authenticated the call.
  func authenticated() throws(RPCError) -> AuthenticatedCall {
    guard let call = principal as? AuthenticatedCall else { throw Authentication.unauthenticated }
    return call
  }
}

extension Denial {
  fileprivate init(unauthenticatedFrom peer: String) {
    self.init(
      origin: CallOrigin(
        callerID: "", authentication: .unauthenticated, onBehalfOf: nil, peer: peer),
      organization: "", policyDigest: "", requestID: "", reason: "UNAUTHENTICATED", fields: [])
  }
}
