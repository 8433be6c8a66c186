@testable import Server

extension FuzzTarget {
  /// A token in the compact form. What is signed is the token up to its last dot.
  static let jsonWebToken = FuzzTarget("json-web-token") { input throws(FuzzFinding) in
    guard let token = try? JSONWebToken(input[...]) else { return }
    try FuzzFinding.unless(
      input.starts(with: token.signingInput) && input.count > token.signingInput.count,
      "what is signed is the beginning of the token")
  }

  /// A client's certificate in DER, with the names that it is known by.
  static let certificate = FuzzTarget("certificate") { input throws(FuzzFinding) in
    guard let identity = try? CertificateIdentity(der: input) else { return }
    try FuzzFinding.unless(
      identity.dnsNames.allSatisfy { $0 == $0.lowercased() }, "names of hosts are in lower case")
  }
}
