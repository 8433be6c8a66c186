import CognitoSandbox
import Foundation
import SigV4

/// A request as a client would sign it, with every part open to spoiling.
struct TestRequest {
  static let credentials = AWSCredentials(
    accessKeyID: "AKIDSANDBOX", secretAccessKey: "sandbox/secret")
  static let targetPrefix = "AWSCognitoIdentityProviderService."

  var method = "POST"
  var path = "/"
  var target: String?
  var contentType: String? = "application/x-amz-json-1.1"
  var body: String
  /// What is sent in the place of the signed body.
  var sentBody: String?
  var credentials = TestRequest.credentials
  /// What is sent in the place of the credentials' own token.
  var sessionToken: String??
  var region = "eu-central-1"
  var service = "cognito-idp"
  /// How far the signer's clock runs ahead, in seconds.
  var clockSkew: Int64 = 0
  var isSigned = true
  /// Signed headers that the signer leaves out of the signature.
  var unsigned: Set<String> = []
  /// Header lines that no signature covers.
  var extraHeaders: [(name: String, value: String)] = []

  init(_ operation: String, _ body: String) {
    target = Self.targetPrefix + operation
    self.body = body
  }

  func bytes(host: String) -> [UInt8] {
    let date = DateStamp(epochSeconds: Int64(Date().timeIntervalSince1970) + clockSkew)
    var headers: [CanonicalRequest.Header] = []
    if let contentType { headers.append(.init(name: "content-type", value: contentType)) }
    headers.append(.init(name: "host", value: host))
    headers.append(
      .init(name: "x-amz-date", value: String(decoding: date.text, as: UTF8.self)))
    if let token = sessionToken ?? credentials.sessionToken {
      headers.append(.init(name: "x-amz-security-token", value: token))
    }
    if let target { headers.append(.init(name: "x-amz-target", value: target)) }

    let sent = sentBody ?? body
    var text = "\(method) \(path) HTTP/1.1\r\nContent-Length: \(sent.utf8.count)\r\n"
    for header in headers { text += "\(header.name): \(header.value)\r\n" }
    for header in extraHeaders { text += "\(header.name): \(header.value)\r\n" }
    if isSigned {
      var signer = SigV4Signer(
        credentials: credentials, scope: CredentialScope(region: region, service: service))
      let authorization = signer.authorization(
        method: method, path: path, headers: headers.filter { !unsigned.contains($0.name) },
        payloadHash: SHA256Text.digest(of: Array(body.utf8).span), date: date)
      text += "Authorization: \(String(decoding: authorization, as: UTF8.self))\r\n"
    }
    return Array((text + "\r\n" + sent).utf8)
  }
}
