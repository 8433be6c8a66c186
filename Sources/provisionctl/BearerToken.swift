import ArgumentParser
import Foundation
import GRPC

/// The token that a caller proves itself with. It comes from a file or from the environment, so that
/// it stands in no list of processes.
struct BearerToken {
  static let variable = "PROVISIONCTL_TOKEN"

  private static let accepted = "one token of letters, digits and -._~+/="

  private let text: String

  /// - Parameter file: wins over the environment; nil where neither has a token.
  init?(file: String?, environment: [String: String]) throws {
    let source: String
    let content: String
    if let file {
      source = "--token-file"
      guard let data = FileManager.default.contents(atPath: file) else {
        throw ValidationError("--token-file: \(file) cannot be read")
      }
      content = String(decoding: data, as: UTF8.self)
    } else if let value = environment[Self.variable], !value.isEmpty {
      (source, content) = (Self.variable, value)
    } else {
      return nil
    }
    text = content.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty, text.utf8.allSatisfy(Self.isTokenByte) else {
      throw ValidationError("\(source): accepted: \(Self.accepted)")
    }
  }

  /// RFC 6750, section 2.1.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }

  var metadata: Metadata { ["authorization": "Bearer \(text)"] }
}

/// Hosts of this machine: what is sent to them in the clear, nobody else can read.
enum Loopback {
  static func contains(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || (host.hasPrefix("127.") && isIPv4(host))
  }

  private static func isIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
