import Foundation
import JSON
import Provisioning

@testable import Cognito

extension FuzzTarget {
  /// A body that an upstream may answer with. What our reader takes is JSON to Foundation's, too.
  static let upstreamJSON = FuzzTarget("upstream-json") { input throws(FuzzFinding) in
    let pool = UserPool(id: "eu-central-1_AbCd12345", region: "eu-central-1")
    let created = try? AdminCreateUser.response(input, pool: pool)
    let found = try? AdminGetUser.response(input, pool: pool)
    let described = try? DescribeUserPool.response(input)
    guard created != nil || found != nil || described != nil else { return }
    try FuzzFinding.unless(Self.isObject(input), "what is read as an answer is a JSON object")
  }

  private static func isObject(_ text: [UInt8]) -> Bool {
    do {
      return try JSONSerialization.jsonObject(with: Data(text)) is [String: Any]
    } catch {
      // A number beyond a Double is JSON all the same (RFC 8259, section 6): we skip it, and
      // Foundation, which refuses it, has read the rest by then.
      let reason = (error as NSError).userInfo["NSDebugDescription"] as? String
      return reason?.hasSuffix("is not representable in Swift.") == true
    }
  }
}
