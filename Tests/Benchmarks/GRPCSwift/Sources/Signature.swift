import Crypto
import Foundation
import Synchronization

/// Signature Version 4 of AdminCreateUser. The key of a day is kept.
final class Signature: Sendable {
  private static let keyID = "AKIDEXAMPLE"
  private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  private static let scope = ["us-east-1", "cognito-idp", "aws4_request"]
  private static let target = "AWSCognitoIdentityProviderService.AdminCreateUser"
  private static let contentType = "application/x-amz-json-1.1"
  private static let signed = "content-type;host;x-amz-date;x-amz-target"

  private let known = Mutex<(day: String, key: SymmetricKey)?>(nil)

  func headers(of body: Data, host: String, at time: Date) -> [(String, String)] {
    let date = Self.text(of: time)
    let day = String(date.prefix(8))
    let request = """
      POST
      /

      content-type:\(Self.contentType)
      host:\(host)
      x-amz-date:\(date)
      x-amz-target:\(Self.target)

      \(Self.signed)
      \(Self.hex(SHA256.hash(data: body)))
      """
    let scope = ([day] + Self.scope).joined(separator: "/")
    let digest = Self.hex(SHA256.hash(data: Data(request.utf8)))
    let signature = HMAC<SHA256>.authenticationCode(
      for: Data("AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(digest)".utf8), using: key(of: day))
    return [
      ("content-type", Self.contentType), ("x-amz-date", date), ("x-amz-target", Self.target),
      (
        "authorization",
        "AWS4-HMAC-SHA256 Credential=\(Self.keyID)/\(scope), SignedHeaders=\(Self.signed), "
          + "Signature=\(Self.hex(signature))"
      ),
    ]
  }

  private func key(of day: String) -> SymmetricKey {
    known.withLock { known in
      if let known, known.day == day { return known.key }
      let key = ([day] + Self.scope).reduce(SymmetricKey(data: Data("AWS4\(Self.secret)".utf8))) {
        SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data($1.utf8), using: $0))
      }
      known = (day, key)
      return key
    }
  }

  private static func text(of time: Date) -> String {
    var parts = tm()
    var seconds = time_t(time.timeIntervalSince1970)
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d%02d%02dT%02d%02d%02dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min, parts.tm_sec)
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
