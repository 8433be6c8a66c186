import JSON

/// How an error answer names its type. Smithy's awsJson1_1 knows all of these, and wants all of
/// them read as the same name.
package enum SandboxErrorForm: CaseIterable, Sendable {
  /// As Cognito does: header with a trailing colon, and plain `__type`.
  case headerAndBody
  /// `__type: "FooError"`, no header.
  case plain
  /// `__type: "com.amazonaws.cognitoidentityprovider#FooError"`, no header.
  case namespaced
  /// `__type: "FooError:http://internal.amazon.com/…"`, no header.
  case url
  /// `__type` with both, no header.
  case namespacedURL
  /// `code: "FooError"`, no header.
  case code
  /// Header only; the body has the message alone, under `Message`.
  case headerOnly

  private static let namespace = "com.amazonaws.cognitoidentityprovider#"
  private static let suffix = ":http://internal.amazon.com/coral/com.amazon.coral.validate/"

  var hasHeader: Bool { self == .headerAndBody || self == .headerOnly }

  /// The body's member that names the type.
  func member(for type: String) -> (key: String, value: String)? {
    switch self {
    case .headerAndBody, .plain: ("__type", type)
    case .namespaced: ("__type", Self.namespace + type)
    case .url: ("__type", type + Self.suffix)
    case .namespacedURL: ("__type", Self.namespace + type + Self.suffix)
    case .code: ("code", type)
    case .headerOnly: nil
    }
  }
}

/// An error answer of any type, in any form.
package struct SandboxError: Equatable, Sendable {
  package var type: String
  package var status: Int
  package var message: String
  package var form: SandboxErrorForm
  /// `reasonCode` of InvalidParameterException.
  package var reasonCode: String?
  /// `x-amz-retry-after`, in milliseconds.
  package var retryAfterMilliseconds: Int?

  package init(
    _ type: String, status: Int = 400, message: String = "",
    form: SandboxErrorForm = .headerAndBody, reasonCode: String? = nil,
    retryAfterMilliseconds: Int? = nil
  ) {
    self.type = type
    self.status = status
    self.message = message
    self.form = form
    self.reasonCode = reasonCode
    self.retryAfterMilliseconds = retryAfterMilliseconds
  }

  package static let tooManyRequests = SandboxError(
    "TooManyRequestsException", message: "Rate exceeded")
  package static let internalError = SandboxError(
    "InternalErrorException", status: 500, message: "Something went wrong")
  package static let codeDeliveryFailure = SandboxError(
    "CodeDeliveryFailureException", message: "Failed to deliver the invitation")
  package static let expiredToken = SandboxError(
    "ExpiredTokenException", message: "The security token included in the request is expired")
  package static let aliasEntryExists = SandboxError(
    "AliasExistsException", message: "Alias entry already exists for a different username")

  var answer: SandboxAnswer {
    var writer = JSONWriter()
    writer.object { writer in
      if let (key, value) = form.member(for: type) {
        writer.name(key)
        writer.string(value)
      }
      if !message.isEmpty {
        writer.name(form == .headerOnly ? "Message" : "message")
        writer.string(message)
      }
      if let reasonCode {
        writer.name("reasonCode")
        writer.string(reasonCode)
      }
    }
    var answer = SandboxAnswer(status: status, body: writer.bytes)
    if form.hasHeader { answer.headers.append(("x-amzn-ErrorType", "\(type):")) }
    if let retryAfterMilliseconds {
      answer.headers.append(("x-amz-retry-after", String(retryAfterMilliseconds)))
    }
    return answer
  }
}
