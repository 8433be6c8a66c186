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

  package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  package var description: String { "AWSCredentials([redacted])" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
