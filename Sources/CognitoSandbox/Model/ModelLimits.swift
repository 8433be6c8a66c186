/// Lengths of the API model (cognito-idp 2016-04-18), in code points.
enum ModelLimits {
  /// UserPoolIdType
  static let userPoolID = 1...55
  /// UsernameType
  static let username = 1...128
  /// AttributeNameType
  static let attributeName = 1...32
  /// AttributeValueType
  static let attributeValue = 0...2048
  /// PasswordType
  static let password = 0...256
  /// StringType: keys and values of ClientMetadata
  static let metadata = 0...131_072
  /// UserFilterType
  static let filter = 0...256
  /// QueryLimitType: page size of ListUsers
  static let pageSize = 1...60
}
