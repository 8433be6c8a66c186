import FoundationEssentials
import Provisioning
import SwiftASN1
import X509

/// Who a client's certificate says that its holder is, and how long that holds.
///
/// The chain was verified by TLS before. The common name is never looked at. Where a certificate has
/// a URI among its names it has to be an X.509-SVID: exactly one URI, a SPIFFE ID with a path, and
/// no authority to sign others (X509-SVID, sections 2, 4 and 5.2).
struct CertificateIdentity: Equatable, Sendable {
  var spiffeID: SPIFFEID?
  /// In lower case.
  var dnsNames: [String]
  /// Seconds of the Unix epoch, both within.
  var validity: ClosedRange<Double>

  /// - Parameter der: the certificate as it was shown.
  init(der: [UInt8]) throws(AuthenticationFailure) {
    guard let certificate = try? Certificate(derEncoded: der) else { throw .certificateEncoding }
    let from = certificate.notValidBefore.timeIntervalSince1970
    let until = certificate.notValidAfter.timeIntervalSince1970
    guard from <= until else { throw .certificateNotAfter }
    validity = from...until
    var uris: [String] = []
    dnsNames = []
    for name in try Self.names(of: certificate) {
      switch name {
      case .uniformResourceIdentifier(let uri): uris.append(uri)
      // Letters beyond ASCII could count as the same as one of it.
      case .dnsName(let name) where name.utf8.allSatisfy { $0 < 0x80 }:
        dnsNames.append(name.lowercased())
      default: break
      }
    }
    guard let uri = uris.first else { return }
    guard uris.count == 1, let id = SPIFFEID(uri) else { throw .certificateURI }
    guard Self.isLeaf(certificate) else { throw .certificateUsage }
    spiffeID = id
  }

  private static func names(
    of certificate: Certificate
  ) throws(AuthenticationFailure) -> [GeneralName] {
    do {
      return try certificate.extensions.subjectAlternativeNames.map { Array($0) } ?? []
    } catch {
      throw .certificateEncoding
    }
  }

  private static func isLeaf(_ certificate: Certificate) -> Bool {
    do {
      if let constraints = try certificate.extensions.basicConstraints,
        case .isCertificateAuthority = constraints
      {
        return false
      }
      guard let usage = try certificate.extensions.keyUsage else { return false }
      return usage.digitalSignature && !usage.keyCertSign && !usage.cRLSign
    } catch {
      return false
    }
  }

  /// - Parameter now: seconds of the Unix epoch.
  func checkValidity(at now: Double) throws(AuthenticationFailure) {
    if now < validity.lowerBound { throw .certificateNotBefore }
    if now > validity.upperBound { throw .certificateNotAfter }
  }

  func matches(_ credential: CallerCredential) -> Bool {
    switch credential {
    case .spiffeID(let pattern): spiffeID.map(pattern.matches) ?? false
    case .dnsName(let name): dnsNames.contains(name)
    case .anonymous, .tokens, .jwt: false
    }
  }
}
