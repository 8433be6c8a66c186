/// A service of AWS that this room calls.
package enum AWSService: Equatable, Sendable {
  case cognitoIdentityProvider
  case securityTokenService

  /// The name in credential scopes, and in the names of its endpoints.
  var name: String {
    switch self {
    case .cognitoIdentityProvider: "cognito-idp"
    case .securityTokenService: "sts"
    }
  }

  /// The setting of its endpoint alone.
  var endpointSetting: String {
    switch self {
    case .cognitoIdentityProvider: "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"
    case .securityTokenService: "AWS_ENDPOINT_URL_STS"
    }
  }

  /// The body's form: AWS JSON 1.1, or AWS query.
  var contentType: String {
    switch self {
    case .cognitoIdentityProvider: "application/x-amz-json-1.1"
    case .securityTokenService: "application/x-www-form-urlencoded; charset=utf-8"
    }
  }
}
