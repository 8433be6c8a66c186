/// The operations of the service that this room calls (AWS JSON 1.1).
enum Operation {
  case adminCreateUser
  case adminGetUser

  /// `X-Amz-Target`
  var target: String {
    switch self {
    case .adminCreateUser: "AWSCognitoIdentityProviderService.AdminCreateUser"
    case .adminGetUser: "AWSCognitoIdentityProviderService.AdminGetUser"
    }
  }
}
