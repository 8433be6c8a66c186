import SigV4
import Synchronization

/// Verifies signatures against the sandbox's credentials, and refuses in AWS's words.
final class RequestAuthentication: Sendable {
  private static let service = "cognito-idp"
  private let verifier = SigV4Verifier(service: RequestAuthentication.service)
  private let credentials: Mutex<[String: AWSCredentials]>

  init(_ credentials: [SandboxCredentials]) {
    self.credentials = Mutex(Self.table(credentials))
  }

  /// Accepts these credentials from now on, and no others: a rotation.
  func replaceCredentials(_ credentials: [SandboxCredentials]) {
    self.credentials.withLock { $0 = Self.table(credentials) }
  }

  /// - Returns: the Region that the request is signed for.
  func verify(_ request: SandboxRequest, epochSeconds: Int64) throws(ServiceException) -> String {
    let signed = SigV4Verifier.Request(
      method: request.method, path: request.path, headers: request.headers, body: request.body)
    let authorization: Authorization
    do {
      authorization = try verifier.verify(signed, epochSeconds: epochSeconds) { id in
        credentials.withLock { $0[id] }
      }
    } catch {
      throw Self.exception(error)
    }
    guard authorization.signedHeaders.contains("x-amz-target") else {
      throw ServiceException(
        "InvalidSignatureException",
        "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.")
    }
    return authorization.scope.region
  }

  private static func table(_ credentials: [SandboxCredentials]) -> [String: AWSCredentials] {
    Dictionary(
      credentials.map { entry in
        let value = AWSCredentials(
          accessKeyID: entry.accessKeyID, secretAccessKey: entry.secretAccessKey,
          sessionToken: entry.sessionToken)
        return (entry.accessKeyID, value)
      },
      uniquingKeysWith: { _, last in last })
  }

  private static func exception(_ refusal: SigV4Verifier.Refusal) -> ServiceException {
    switch refusal {
    case .missing:
      ServiceException(
        "MissingAuthenticationTokenException", "Request is missing Authentication Token")
    case .incomplete:
      ServiceException(
        "IncompleteSignatureException",
        "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters, "
          + "and a signed 'Host' and 'X-Amz-Date' header.")
    case .unknownCredentials:
      ServiceException(
        "UnrecognizedClientException", "The security token included in the request is invalid.")
    case .wrongScope:
      ServiceException(
        "InvalidSignatureException",
        "Credential should be scoped to correct service: '\(service)' and to the request's date.")
    case .expired:
      ServiceException(
        "InvalidSignatureException", "Signature expired: the request is older than 5 min.")
    case .notYetCurrent:
      ServiceException(
        "InvalidSignatureException",
        "Signature not yet current: the request is more than 5 min. ahead.")
    case .mismatch:
      ServiceException(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check "
          + "your AWS Secret Access Key and signing method. Consult the service documentation "
          + "for details.")
    }
  }
}
