import Foundation
import Provisioning
import SwiftASN1
import Testing
import X509

@testable import Server

@Suite("What a client's certificate says")
struct CertificateIdentityTests {
  private static let id = "spiffe://corp.example/ns/billing/sa/api"

  private func identity(
    _ change: (inout CertificateDraft) -> Void
  ) throws -> Result<CertificateIdentity, AuthenticationFailure> {
    var draft = CertificateDraft()
    change(&draft)
    let der = try draft.der()
    do throws(AuthenticationFailure) {
      let identity = try CertificateIdentity(der: der)
      try identity.checkValidity(at: Double(TokenDraft.now))
      return .success(identity)
    } catch {
      return .failure(error)
    }
  }

  @Test("A SPIFFE ID and DNS names")
  func names() throws {
    let identity = try identity {
      $0.names = [
        .dnsName("API.corp.example"), .uniformResourceIdentifier(Self.id),
        .rfc822Name("a@corp.example"), .dnsName("*.corp.example"),
      ]
    }.get()
    #expect(identity.spiffeID == SPIFFEID(Self.id))
    #expect(identity.dnsNames == ["api.corp.example", "*.corp.example"])
    #expect(identity.matches(.dnsName("api.corp.example")))
    #expect(!identity.matches(.dnsName("other.corp.example")))
    #expect(!identity.matches(.anonymous))
  }

  @Test("The common name is nobody")
  func commonName() throws {
    let identity = try identity { $0.commonName = "api.corp.example" }.get()
    #expect(identity.spiffeID == nil && identity.dnsNames.isEmpty)
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var failure: AuthenticationFailure
    var change: @Sendable (inout CertificateDraft) -> Void
  }

  private static func uris(_ uris: String...) -> Bad {
    Bad(testDescription: "\(uris)", failure: .certificateURI) {
      $0.names = uris.map { .uniformResourceIdentifier($0) }
    }
  }

  static let bad: [Bad] = [
    uris(id, id), uris(id, "spiffe://other.example/a"), uris(id, "https://corp.example"),
    uris("https://corp.example"), uris("spiffe://corp.example"), uris("spiffe://Corp.example/a"),
    uris("spiffe://corp.example:443/a"), uris("spiffe://corp.example/a/"), uris(""),
    uris("spiffe://corp.example/ns/../a"), uris("spiffe://corp.example/%2e"),
    uris("SPIFFE://corp.example/a"), uris("spiffe://corp.example/a?b=c"),
    Bad(testDescription: "an authority", failure: .certificateUsage) {
      ($0.names, $0.isAuthority) = ([.uniformResourceIdentifier(id)], true)
    },
    Bad(testDescription: "may sign certificates", failure: .certificateUsage) {
      $0.names = [.uniformResourceIdentifier(id)]
      $0.keyUsage = KeyUsage(digitalSignature: true, keyCertSign: true)
    },
    Bad(testDescription: "may sign revocations", failure: .certificateUsage) {
      $0.names = [.uniformResourceIdentifier(id)]
      $0.keyUsage = KeyUsage(digitalSignature: true, cRLSign: true)
    },
    Bad(testDescription: "may not sign", failure: .certificateUsage) {
      $0.names = [.uniformResourceIdentifier(id)]
      $0.keyUsage = KeyUsage(keyEncipherment: true)
    },
    Bad(testDescription: "no key usage", failure: .certificateUsage) {
      ($0.names, $0.keyUsage) = ([.uniformResourceIdentifier(id)], nil)
    },
    Bad(testDescription: "expired", failure: .certificateNotAfter) {
      ($0.names, $0.notAfter) = ([.dnsName("a.example")], CertificateDraft.now - 1)
    },
    Bad(testDescription: "not yet valid", failure: .certificateNotBefore) {
      ($0.names, $0.notBefore) = ([.dnsName("a.example")], CertificateDraft.now + 1)
    },
    Bad(testDescription: "ends before it begins", failure: .certificateNotAfter) {
      ($0.notBefore, $0.notAfter) = (CertificateDraft.now, CertificateDraft.now - 60)
    },
  ]

  @Test("Certificates that are refused", arguments: bad)
  func refused(_ bad: Bad) throws {
    #expect(try identity(bad.change) == .failure(bad.failure))
  }

  @Test("Bytes that are no certificate")
  func noCertificate() throws {
    let der = try CertificateDraft().der()
    for bytes in [[], [0x30, 0], Array(der.dropLast()), der + [0]] {
      #expect(throws: AuthenticationFailure.certificateEncoding) {
        try CertificateIdentity(der: bytes)
      }
    }
  }
}
