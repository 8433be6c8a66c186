import SigV4

/// The request and response bodies of AssumeRole (AWS Security Token Service API Reference,
/// API_AssumeRole; AWS query protocol).
enum AssumeRole {
  /// Stands in the ARN of what the service then is, and so in CloudTrail.
  static let sessionName = "provisiond"

  static func request(roleARN: String) -> [UInt8] {
    Array(
      ("Action=AssumeRole&Version=2011-06-15&RoleArn=\(formEncoded(roleARN))"
        + "&RoleSessionName=\(sessionName)").utf8)
  }

  enum Fault: Error, Equatable { case malformed }

  /// Reads the response: four members, each of which has to be there and usable.
  static func response(_ body: [UInt8]) throws(Fault) -> AWSCredentials {
    let names = (
      accessKeyID: "AccessKeyId", secretAccessKey: "SecretAccessKey", sessionToken: "SessionToken"
    )
    let way = ["AssumeRoleResponse", "AssumeRoleResult", "Credentials"]
    guard let texts = try? XMLReader.texts(in: body, at: way),
      let token = texts[names.sessionToken], !token.isEmpty,
      let expiration = texts["Expiration"].flatMap(epochSeconds),
      let found = try? CredentialsFields(
        accessKeyID: texts[names.accessKeyID], secretAccessKey: texts[names.secretAccessKey],
        sessionToken: token
      ).credentials(names: names)
    else { throw .malformed }
    return AWSCredentials(
      accessKeyID: found.accessKeyID, secretAccessKey: found.secretAccessKey, sessionToken: token,
      expiration: expiration)
  }

  /// Seconds of the Unix epoch of `2026-11-21T13:00:00Z`, which may have a fraction (RFC 3339).
  static func epochSeconds(_ text: String) -> Int64? {
    var stamp: [UInt8] = []
    var fraction: [UInt8] = []
    for (index, byte) in text.utf8.enumerated() {
      switch index {
      case 4, 7: guard byte == UInt8(ascii: "-") else { return nil }
      case 13, 16: guard byte == UInt8(ascii: ":") else { return nil }
      case 0..<19: stamp.append(byte)
      default: fraction.append(byte)
      }
    }
    guard fraction.popLast() == UInt8(ascii: "Z") else { return nil }
    if let point = fraction.first {
      let digits = fraction.dropFirst()
      guard point == UInt8(ascii: "."), (1...9).contains(digits.count),
        digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
      else { return nil }
    }
    return DateStamp(text: String(decoding: stamp, as: UTF8.self) + "Z")?.epochSeconds
  }

  /// `application/x-www-form-urlencoded`: all but letters, digits and `-_.` as `%XX`.
  static func formEncoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { encoded, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        encoded.append(Character(UnicodeScalar(byte)))
      default:
        encoded += byte < 16 ? "%0" : "%"
        encoded += String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
