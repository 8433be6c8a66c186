/// What a document may say of user pools.
package enum UserPoolRules {
  static let idAccepted = "REGION_ID, 1 to 55 letters, digits, _ and -, e.g. us-east-1_AbCd12345"
  static let roleAccepted =
    "the ARN of an IAM role, e.g. arn:aws:iam::123456789012:role/provision"
  static let regionAccepted = "an AWS Region, e.g. us-east-1"

  /// `UserPoolIdType`: `[\w-]+_[0-9a-zA-Z]+`
  package static func isPoolID(_ id: String) -> Bool {
    guard APILimits.userPoolID.contains(id.utf8.count),
      let separator = id.utf8.lastIndex(of: UInt8(ascii: "_"))
    else { return false }
    let suffix = id.utf8[id.utf8.index(after: separator)...]
    return separator > id.startIndex && !suffix.isEmpty && suffix.allSatisfy(isAlphanumeric)
      && id.utf8[..<separator].allSatisfy {
        isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  /// The Region that a pool's id begins with, by AWS's own habit; `nil` when that is none. The API
  /// asks only for some prefix, and other upstreams have their own.
  package static func region(ofPoolID id: String) -> String? {
    let prefix = String(id.prefix { $0 != "_" })
    return isRegion(prefix) ? prefix : nil
  }

  /// Lower-case words and a number, joined by `-`: `us-east-1`, `us-gov-west-1`.
  package static func isRegion(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 3, let number = parts.last else { return false }
    return !number.isEmpty && number.allSatisfy(isDigit)
      && parts.dropLast().allSatisfy { part in
        !part.isEmpty && part.allSatisfy((UInt8(ascii: "a")...UInt8(ascii: "z")).contains)
      }
  }

  /// Bytes of an ARN (`arnType` of the Security Token Service).
  private static let arnLengths = 20...2048

  /// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, with the characters that IAM takes in names.
  static func isRoleARN(_ text: String) -> Bool {
    guard arnLengths.contains(text.utf8.count) else { return false }
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[3].isEmpty,
      parts[1].hasPrefix("aws"), parts[1].utf8.allSatisfy(isLowercaseOrDash),
      parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(isDigit),
      parts[5].hasPrefix("role/"), !parts[5].hasSuffix("/")
    else { return false }
    return parts[5].utf8.allSatisfy { isAlphanumeric($0) || "_+=,.@/-".utf8.contains($0) }
  }

  private static func isLowercaseOrDash(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
  }

  static func check(_ pools: Sourced<[UserPool]>) throws(PolicyRuleError) {
    if pools.value.isEmpty {
      throw PolicyRuleError(
        path: pools.path, problem: "the list is empty", accepted: "[{id: REGION_ID}]")
    }
    for (index, pool) in pools.value.enumerated() {
      let path = pools.path + ["[\(index)]"]
      guard isPoolID(pool.id) else {
        throw PolicyRuleError(
          path: path + ["id"], problem: "not a user pool id", accepted: idAccepted)
      }
      guard isRegion(pool.region) else {
        throw PolicyRuleError(
          path: path + ["region"], problem: "not an AWS Region", accepted: regionAccepted)
      }
      if let prefix = region(ofPoolID: pool.id), prefix != pool.region {
        throw PolicyRuleError(
          path: path + ["region"], problem: "contradicts the id, which begins with \(prefix)",
          accepted: prefix)
      }
      if let role = pool.roleARN, !isRoleARN(role) {
        throw PolicyRuleError(
          path: path + ["role_arn"], problem: "not the ARN of a role", accepted: roleAccepted)
      }
      if pools.value[..<index].contains(where: { $0.id == pool.id }) {
        throw PolicyRuleError(
          path: path + ["id"], problem: "the pool is listed twice",
          accepted: "each pool at most once")
      }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
