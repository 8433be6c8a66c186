import SigV4

/// The profile `AWS_PROFILE` (else `default`) of one of the two files that AWS's tools share. The
/// file is read anew each time, so that rotated keys are found.
struct SharedFileCredentials: CredentialsSource {
  enum File {
    /// `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`
    case credentials
    /// `AWS_CONFIG_FILE`, else `~/.aws/config`
    case configuration
  }

  /// A larger file is not read, in bytes.
  static let maximumByteCount = 1 << 20

  let file: File
  let profile: String
  /// `nil` when neither the setting nor a home directory gives one.
  let path: String?

  init(file: File, environment: [String: String]) {
    self.file = file
    let chosen = environment["AWS_PROFILE"] ?? ""
    profile = chosen.isEmpty ? "default" : chosen
    let variable = file == .credentials ? "AWS_SHARED_CREDENTIALS_FILE" : "AWS_CONFIG_FILE"
    let home = environment["HOME"] ?? ""
    if let path = environment[variable], !path.isEmpty {
      self.path =
        path.hasPrefix("~/") && !home.isEmpty ? home + path.dropFirst(1) : path
    } else {
      let name = file == .credentials ? "credentials" : "config"
      path = home.isEmpty ? nil : "\(home)/.aws/\(name)"
    }
  }

  var name: String {
    let kind = file == .credentials ? "shared credentials file" : "shared configuration file"
    return "\(kind) \(path ?? "(no home directory)"), profile \(profile)"
  }

  func load() throws(CredentialsProblem) -> CredentialsFinding {
    guard let text = try read() else { return .nothing("no such file") }
    let sections = SharedFile(text).sections
    guard let section = sectionNames.lazy.compactMap({ sections[$0] }).first else {
      return .nothing("no such profile")
    }
    let names = (
      accessKeyID: "aws_access_key_id", secretAccessKey: "aws_secret_access_key",
      sessionToken: "aws_session_token"
    )
    let credentials = try CredentialsFields(
      accessKeyID: section[names.accessKeyID], secretAccessKey: section[names.secretAccessKey],
      sessionToken: section[names.sessionToken]
    ).credentials(names: names)
    if let credentials { return .credentials(credentials) }
    if let setting = Self.unsupported.first(where: { section[$0] != nil }) {
      throw CredentialsProblem(text: "\(setting) is not supported by this release")
    }
    return .nothing("the profile has no keys")
  }

  /// The configuration file has `[profile NAME]`, but for `[default]`.
  private var sectionNames: [String] {
    switch file {
    case .credentials: [profile]
    case .configuration where profile == "default": ["profile default", "default"]
    case .configuration: ["profile \(profile)"]
    }
  }

  /// Ways to credentials that other tools know; said by name, so that nobody searches for long.
  private static let unsupported = [
    "role_arn", "credential_process", "sso_session", "sso_start_url", "web_identity_token_file",
    "login_session", "credential_source",
  ]

  /// `nil` when there is no such file.
  private func read() throws(CredentialsProblem) -> String? {
    guard let path, let bytes = try BoundedFile.bytes(at: path, limit: Self.maximumByteCount) else {
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CredentialsProblem(text: "is no UTF-8 text")
    }
    return text
  }
}
