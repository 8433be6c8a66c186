/// The operations that this room calls.
enum Operation {
  case adminCreateUser
  case adminGetUser
  case describeUserPool
  case assumeRole

  var service: AWSService {
    switch self {
    case .adminCreateUser, .adminGetUser, .describeUserPool: .cognitoIdentityProvider
    case .assumeRole: .securityTokenService
    }
  }

  /// `X-Amz-Target`; `nil` where the body names the operation.
  var target: String? {
    switch self {
    case .adminCreateUser: "AWSCognitoIdentityProviderService.AdminCreateUser"
    case .adminGetUser: "AWSCognitoIdentityProviderService.AdminGetUser"
    case .describeUserPool: "AWSCognitoIdentityProviderService.DescribeUserPool"
    case .assumeRole: nil
    }
  }
}
