import SigV4

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials: CredentialsSource {
  let environment: [String: String]

  var name: String { "environment" }

  func load() throws(CredentialsProblem) -> CredentialsFinding {
    let names = (
      accessKeyID: "AWS_ACCESS_KEY_ID", secretAccessKey: "AWS_SECRET_ACCESS_KEY",
      sessionToken: "AWS_SESSION_TOKEN"
    )
    let fields = CredentialsFields(
      accessKeyID: environment[names.accessKeyID],
      secretAccessKey: environment[names.secretAccessKey],
      sessionToken: environment[names.sessionToken]
    )
    guard let credentials = try fields.credentials(names: names) else {
      return .nothing("\(names.accessKeyID) is not set")
    }
    return .credentials(credentials)
  }
}
