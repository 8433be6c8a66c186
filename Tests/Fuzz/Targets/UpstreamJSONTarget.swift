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
    let object = try? JSONSerialization.jsonObject(with: Data(input))
    try FuzzFinding.unless(object is [String: Any], "what is read as an answer is a JSON object")
  }
}
