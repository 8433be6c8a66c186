/// An AWS access key, with the session token that temporary credentials carry. It does not print,
/// reflect or encode its secrets.
package struct AWSCredentials: Equatable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  package let accessKeyID: String
  /// In the clear. Never hand it to a log, an error message, a metric or a store.
  package let secretAccessKey: String
  /// In the clear, as above; `nil` for long-term credentials.
  package let sessionToken: String?
  /// When they end, in seconds of the Unix epoch by our own clock; `nil` where that is not known.
  package let expiration: Int64?

  package init(
    accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil,
    expiration: Int64? = nil
  ) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  package var description: String { "AWSCredentials([redacted])" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
