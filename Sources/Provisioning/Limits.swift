/// The bounds that AdminCreateUser's model puts on a request; lengths in code points.
/// Source: API_AdminCreateUser in the API reference of Amazon Cognito user pools.
enum APILimits {
  /// `UsernameType`
  static let username = 1...128
  /// `AttributeNameType`
  static let attributeName = 1...32
  /// `AttributeValueType`
  static let attributeValue = 0...2048
  /// `PasswordType`; the pool's own policy decides on the rest.
  static let password = 1...256
  /// `StringType`: a key or a value of `ClientMetadata`.
  static let metadataText = 0...131_072
  /// `UserPoolIdType`
  static let userPoolID = 1...55
}

/// Our own bounds on a request, where the API names none.
enum RequestLimits {
  /// A pool has some 20 standard attributes and at most 50 of its own.
  static let attributes = 100
  /// Validation data are read by one trigger function; a hundred are more than any form has.
  static let validationData = 100
  /// Client metadata are read by the pool's trigger functions, which get all of them at once.
  static let metadataEntries = 100
  /// There are two mediums; a list up to this length is answered entry by entry.
  static let mediums = 16
  /// UTF-8 bytes of all text in one request: every field of ordinary size, and room for two
  /// metadata of the API's greatest length.
  static let totalBytes = 1_048_576
  /// UTF-8 bytes beyond which no text can be an attribute's name: four for each code point.
  static let attributeNameBytes = 4 * APILimits.attributeName.upperBound
}

/// Bounds on a policy document.
package enum PolicyLimits {
  /// Code points of an organization's or a caller's name, and of `x-on-behalf-of`: they go into
  /// attributes, records and log lines.
  package static let nameLength = 128
}
