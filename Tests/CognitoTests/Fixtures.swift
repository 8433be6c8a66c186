import SigV4

@testable import Provisioning

/// What the tests of this room share.
enum Fixtures {
  static let pool = UserPool(id: "us-east-1_EXAMPLE", region: "us-east-1")
  static let role = "arn:aws:iam::123456789012:role/provision"
  /// A pool that is called with the role.
  static let remotePool = UserPool(
    id: "us-east-1_REMOTE", region: "us-east-1", roleARN: role)
  static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "SECRETPLANTED")

  static func specification(
    pool: UserPool = pool, username: String = "alice", userAttributes: [UserAttribute] = [],
    messageAction: MessageAction = .send, mediums: [DeliveryMedium] = []
  ) -> UserSpecification {
    UserSpecification(
      pool: pool, username: username, userAttributes: userAttributes,
      messageAction: messageAction, desiredDeliveryMediums: mediums)
  }
}
