import Crypto
import CryptoExtras
import Foundation
import GRPC
import Provisioning
import SwiftASN1
import X509

@testable import Server

/// Keys of one issuer, one of each kind that is accepted, and the file of their public halves.
struct IssuerKeys {
  let rsa: _RSA.Signing.PrivateKey
  let p256 = P256.Signing.PrivateKey()
  let p384 = P384.Signing.PrivateKey()
  let ed25519 = Curve25519.Signing.PrivateKey()

  init() throws {
    rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
  }

  var jwks: String {
    get throws {
      let numbers = try rsa.publicKey.getKeyPrimitives()
      func point(_ key: Data) -> String {
        let half = (key.count - 1) / 2
        return #""x":"\#(Base64URL.encode(key.dropFirst().prefix(half)))","#
          + #""y":"\#(Base64URL.encode(key.suffix(half)))""#
      }
      let n = Base64URL.encode(numbers.modulus)
      let e = Base64URL.encode(numbers.publicExponent)
      let x = Base64URL.encode(ed25519.publicKey.rawRepresentation)
      return """
        {"keys":[
        {"kty":"RSA","kid":"rsa","use":"sig","n":"\(n)","e":"\(e)"},
        {"kty":"EC","crv":"P-256","kid":"p256",\(point(p256.publicKey.x963Representation))},
        {"kty":"EC","crv":"P-384","kid":"p384",\(point(p384.publicKey.x963Representation))},
        {"kty":"OKP","crv":"Ed25519","kid":"ed25519","alg":"EdDSA","x":"\(x)"},
        {"kty":"EC","crv":"P-521","kid":"future","x":"AA","y":"AA"},
        {"kty":"RSA","kid":"encryption","use":"enc","n":"AQAB","e":"AQAB"}
        ]}
        """
    }
  }

  var set: JSONWebKeySet {
    get throws { try JSONWebKeySet(Array(jwks.utf8)) }
  }

  func sign(_ input: some DataProtocol, _ algorithm: String) throws -> Data {
    switch algorithm {
    case "RS256":
      try rsa.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
        .rawRepresentation
    case "PS256": try rsa.signature(for: SHA256.hash(data: input), padding: .PSS).rawRepresentation
    case "ES256": try p256.signature(for: input).rawRepresentation
    case "ES384": try p384.signature(for: input).rawRepresentation
    case "EdDSA": try ed25519.signature(for: input)
    default: Data()
    }
  }
}

/// A JSON Web Token to be, with every part to change.
struct TokenDraft {
  static let now: Int64 = 1_800_000_000

  var header = #"{"alg":"ES256","kid":"p256","typ":"JWT"}"#
  var claims =
    #"{"iss":"https://issuer.example","aud":"provisiond","sub":"job","#
    + #""iat":1799999990,"nbf":1799999990,"exp":1800000300}"#
  /// How the token is signed, whatever its header says.
  var algorithm = "ES256"

  func token(_ keys: IssuerKeys) throws -> String {
    let input = Base64URL.encode(header.utf8) + "." + Base64URL.encode(claims.utf8)
    return input + "." + Base64URL.encode(try keys.sign(Data(input.utf8), algorithm))
  }
}

/// A certificate to be.
struct CertificateDraft {
  static let now = Date(timeIntervalSince1970: Double(TokenDraft.now))

  var commonName = "client"
  var names: [GeneralName] = []
  var notBefore = now - 60
  var notAfter = now + 60
  var isAuthority = false
  var keyUsage: KeyUsage? = KeyUsage(digitalSignature: true)

  func der() throws -> [UInt8] {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName(commonName) }
    var extensions = Certificate.Extensions()
    try extensions.append(
      Certificate.Extension(
        isAuthority
          ? BasicConstraints.isCertificateAuthority(maxPathLength: nil) : .notCertificateAuthority,
        critical: true))
    if let keyUsage { try extensions.append(Certificate.Extension(keyUsage, critical: true)) }
    if !names.isEmpty {
      try extensions.append(Certificate.Extension(SubjectAlternativeNames(names), critical: false))
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey, notValidBefore: notBefore,
      notValidAfter: notAfter, issuer: name, subject: name, extensions: extensions,
      issuerPrivateKey: key)
    var serializer = DER.Serializer()
    try serializer.serialize(certificate)
    return serializer.serializedBytes
  }
}

/// An authenticator for callers in the words of the document.
func makeAuthenticator(
  _ callers: String, keySets: [String: JSONWebKeySet] = [:], rates: CallRates = CallRates()
) throws -> CallerAuthenticator {
  CallerAuthenticator(
    try PolicyDocument.load(yaml: policyDocument(callers: "callers:\n\(callers)"), file: "p.yaml"),
    keySets: keySets, rates: rates)
}

func makeContext(
  authorization: [String] = [], certificates: [[UInt8]] = []
) -> ServerContext {
  var metadata = Metadata()
  for value in authorization { metadata.addString(value, forKey: "authorization") }
  return ServerContext(
    descriptor: MethodDescriptor(service: "test.Test", method: "Test"), metadata: metadata,
    deadline: nil, peer: "192.0.2.1", peerCertificates: certificates)
}

extension CallerAuthenticator {
  /// The id of the caller, or what was wrong.
  func verdict(
    of context: ServerContext, at now: Int64 = TokenDraft.now
  ) -> Result<String, AuthenticationFailure> {
    do throws(AuthenticationFailure) {
      return .success(try caller(of: context) { now }.caller.id)
    } catch {
      return .failure(error)
    }
  }
}
