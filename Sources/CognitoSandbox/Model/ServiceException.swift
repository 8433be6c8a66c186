import JSON

/// An error as AWS answers it: the type by which clients classify, a status and a text. The text
/// may quote the request, as AWS's own does: a client must keep it out of its messages and logs.
struct ServiceException: Error, Equatable {
  var type: String
  var status: Int
  var message: String

  init(_ type: String, _ message: String, status: Int = 400) {
    self.type = type
    self.status = status
    self.message = message
  }

  static func invalidParameter(_ message: String) -> ServiceException {
    ServiceException("InvalidParameterException", message)
  }

  static func poolNotFound(_ id: String) -> ServiceException {
    ServiceException("ResourceNotFoundException", "User pool \(id) does not exist.")
  }

  static let userNotFound = ServiceException("UserNotFoundException", "User does not exist.")

  static let usernameExists = ServiceException(
    "UsernameExistsException", "User account already exists")

  static let unknownOperation = ServiceException("UnknownOperationException", "")

  static let limitExceeded = ServiceException(
    "LimitExceededException", "The user pool holds its maximum number of users.")

  /// The texts of Coral, the framework behind AWS JSON services.
  static func serialization(_ failure: JSONError) -> ServiceException {
    let message =
      switch failure {
      case .malformed, .tooDeep: ""
      case .unexpectedType(.object): "Start of structure or map found where not expected."
      case .unexpectedType(.array): "Start of list found where not expected"
      case .unexpectedType(.string): "STRING_VALUE can not be converted"
      case .unexpectedType(.number), .outOfRange: "NUMBER_VALUE can not be converted"
      case .unexpectedType(.boolean): "BOOLEAN_VALUE can not be converted"
      case .unexpectedType(.null): "NULL_VALUE can not be converted"
      }
    return ServiceException("SerializationException", message)
  }
}
