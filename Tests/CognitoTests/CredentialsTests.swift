import SigV4
import Synchronization
import Testing

@testable import Cognito

@Suite struct SharedFileTests {
  @Test func readsSectionsSettingsAndComments() {
    let file = SharedFile(
      """
      # a comment
      ; another
      stray = ignored
      [default]
      aws_access_key_id = AKID1
      AWS_Secret_Access_Key=sec=ret#1
      s3 =
        nested = ignored
      region = eu-west-1 # behind the value
      [ profile   team ] ; behind the section
      \taws_access_key_id = indented
      aws_access_key_id=A ; c
      empty =
      [broken
      aws_access_key_id = not-of-team
      [default]
      later = 1\r
      """)
    #expect(
      file.sections["default"]
        == [
          "aws_access_key_id": "AKID1", "aws_secret_access_key": "sec=ret#1", "s3": "",
          "region": "eu-west-1", "later": "1",
        ])
    #expect(file.sections["profile team"] == ["aws_access_key_id": "A", "empty": ""])
    #expect(file.sections.count == 2)
  }

  @Test(arguments: ["", "\n\n", "[", "[]", "=", "[a", "\u{0}", "]["])
  func oddTextIsNoSection(_ text: String) {
    #expect(SharedFile(text).sections.isEmpty)
  }
}

@Suite struct CredentialsChainTests {
  static let keys = "aws_access_key_id = FILEKEY\naws_secret_access_key = FILEPLANTED\n"

  func credentials(_ environment: [String: String]) async throws -> AWSCredentials {
    try await CredentialsChain(environment: environment).credentials()
  }

  func problem(_ environment: [String: String]) async -> String {
    let error = await #expect(throws: CredentialsError.self) {
      try await credentials(environment)
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(!text.contains("PLANTED"))
    return text
  }

  @Test func theEnvironmentComesFirst() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("credentials", "[default]\n" + Self.keys)
    let found = try await credentials([
      "AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
      "AWS_SHARED_CREDENTIALS_FILE": file,
    ])
    #expect(
      found == AWSCredentials(accessKeyID: "ENVKEY", secretAccessKey: "s", sessionToken: "t"))
  }

  @Test func theFilesComeInTheirOrder() async throws {
    let folder = try TemporaryFolder()
    let config = try folder.write(
      "config",
      """
      [default]
      aws_access_key_id = CONFIGKEY
      aws_secret_access_key = s
      [profile other]
      aws_access_key_id = OTHERKEY
      aws_secret_access_key = s
      aws_session_token = t
      """)
    let file = try folder.write("credentials", "[default]\n" + Self.keys)
    let both = ["AWS_SHARED_CREDENTIALS_FILE": file, "AWS_CONFIG_FILE": config]
    #expect(try await credentials(both).accessKeyID == "FILEKEY")
    #expect(
      try await credentials(["HOME": folder.path, "AWS_CONFIG_FILE": config]).accessKeyID
        == "CONFIGKEY")
    let other = try await credentials(both.merging(["AWS_PROFILE": "other"]) { $1 })
    #expect(
      other == AWSCredentials(accessKeyID: "OTHERKEY", secretAccessKey: "s", sessionToken: "t"))
  }

  @Test func theHomeDirectoryHasTheUsualPlaces() async throws {
    let folder = try TemporaryFolder()
    let inside = "\(folder.path)/.aws"
    try folder.makeFolder(".aws")
    try folder.write(".aws/credentials", "[default]\n" + Self.keys)
    #expect(try await credentials(["HOME": folder.path]).accessKeyID == "FILEKEY")
    #expect(
      try await credentials([
        "HOME": folder.path, "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
      ]).accessKeyID == "FILEKEY")
    #expect(
      SharedFileCredentials(file: .configuration, environment: ["HOME": folder.path]).path
        == "\(inside)/config")
  }

  @Test func aRotatedFileIsReadAnew() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("credentials", "[default]\n" + Self.keys)
    let chain = CredentialsChain(environment: ["AWS_SHARED_CREDENTIALS_FILE": file])
    #expect(try await chain.credentials().accessKeyID == "FILEKEY")
    try folder.write(
      "credentials", "[default]\naws_access_key_id = NEW\naws_secret_access_key = s\n")
    #expect(try await chain.credentials().accessKeyID == "NEW")
  }

  @Test func whatWasTriedIsListed() async throws {
    let folder = try TemporaryFolder()
    let text = await problem(["HOME": folder.path, "AWS_PROFILE": "team"])
    #expect(
      text == "environment: AWS_ACCESS_KEY_ID is not set; "
        + "shared credentials file \(folder.path)/.aws/credentials, profile team: no such file; "
        + "shared configuration file \(folder.path)/.aws/config, profile team: no such file")
    #expect(await problem([:]).contains("no home directory"))
  }

  @Test(
    arguments: [
      (["AWS_ACCESS_KEY_ID": "A"], "AWS_SECRET_ACCESS_KEY is missing"),
      (["AWS_SECRET_ACCESS_KEY": "PLANTED"], "AWS_ACCESS_KEY_ID is missing"),
      (
        ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "PLANTED\n"],
        "AWS_SECRET_ACCESS_KEY has characters"
      ),
      (
        ["AWS_ACCESS_KEY_ID": "A/B", "AWS_SECRET_ACCESS_KEY": "PLANTED"],
        "AWS_ACCESS_KEY_ID has characters"
      ),
      (
        [
          "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s",
          "AWS_SESSION_TOKEN": "PLANTED\r\nX-Evil: 1",
        ], "AWS_SESSION_TOKEN has characters"
      ),
      (
        [
          "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s",
          "AWS_SESSION_TOKEN": String(repeating: "P", count: 8193),
        ], "too long"
      ),
    ] as [([String: String], String)])
  func halfOrWrongSettingsAreSaid(environment: [String: String], expected: String) async {
    #expect(await problem(environment).contains(expected))
  }

  @Test(arguments: [
    ("[default]\naws_access_key_id = PLANTED\n", "aws_secret_access_key is missing"),
    ("[default]\nrole_arn = PLANTED\n", "role_arn is not supported by this release"),
    ("[default]\nsso_session = PLANTED\n", "sso_session is not supported by this release"),
    ("[default]\nregion = x\n", "the profile has no keys"), ("[other]\n", "no such profile"),
    ("PLANTED", "no such profile"),
  ])
  func aFileWithoutCredentialsSaysWhy(text: String, expected: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("credentials", text)
    #expect(await problem(["AWS_SHARED_CREDENTIALS_FILE": file]).contains(expected))
  }

  @Test func oddFilesAreRefused() async throws {
    let folder = try TemporaryFolder()
    let bytes = try folder.write("bytes", [0xFF, 0xFE])
    #expect(await problem(["AWS_SHARED_CREDENTIALS_FILE": bytes]).contains("no UTF-8"))
    let large = try folder.write("large", [UInt8](repeating: 0x20, count: 1 << 20 + 1))
    #expect(await problem(["AWS_SHARED_CREDENTIALS_FILE": large]).contains("larger"))
    for path in [folder.path, "/dev/zero"] {
      #expect(await problem(["AWS_SHARED_CREDENTIALS_FILE": path]).contains("no regular file"))
    }
  }
}

/// Places where a credentials file may or may not be.
@Suite struct CredentialsFileTests {
  private func load(_ path: String) throws(CredentialsProblem) -> CredentialsFinding {
    let environment = ["AWS_SHARED_CREDENTIALS_FILE": path]
    return try SharedFileCredentials(file: .credentials, environment: environment).load()
  }

  /// A mounted secret is a link to a link to the file.
  @Test func linksAreFollowed() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("..2026_11_21")
    try folder.write("..2026_11_21/credentials", "[default]\n" + CredentialsChainTests.keys)
    try folder.link("..data", to: "..2026_11_21")
    try folder.link("credentials", to: "..data/credentials")
    guard case .credentials(let found) = try load("\(folder.path)/credentials") else {
      Issue.record("the link leads to no credentials")
      return
    }
    #expect(found.accessKeyID == "FILEKEY")
  }

  @Test func onlyWhatIsNotThereIsNoSuchFile() throws {
    let folder = try TemporaryFolder()
    try folder.link("dangling", to: "nowhere")
    for name in ["missing", "missing/credentials", "dangling"] {
      #expect(try load("\(folder.path)/\(name)") == .nothing("no such file"))
    }
  }

  @Test(arguments: [
    ("file/credentials", "cannot be read"), ("loop", "cannot be read"),
    (String(repeating: "a", count: 300), "cannot be read"), ("", "is no regular file"),
  ])
  func whatCannotBeReadIsSaid(name: String, expected: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("file", "text")
    try folder.link("loop", to: "loop")
    let problem = #expect(throws: CredentialsProblem.self) {
      try load("\(folder.path)/\(name)")
    }
    #expect(problem?.text.hasPrefix(expected) == true)
  }
}

@Suite struct CredentialsCacheTests {
  /// Answers as it is told, and counts.
  final class Source: CredentialsProvider {
    let calls = Mutex(0)
    let failing = Mutex(false)

    func credentials() async throws(CredentialsError) -> AWSCredentials {
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      if failing.withLock({ $0 }) { throw CredentialsError(tries: []) }
      return AWSCredentials(accessKeyID: "K\(call)", secretAccessKey: "s")
    }
  }

  @Test func theSourceIsAskedOnceForAll() async throws {
    let source = Source()
    let cache = CredentialsCache(provider: source, clock: DirectoryScene.StoppedClock())
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          #expect((try? await cache.held())?.credentials.accessKeyID == "K1")
        }
      }
    }
    #expect(source.calls.withLock { $0 } == 1)
  }

  @Test func aBurstOfRejectionsRefreshesOnce() async throws {
    let source = Source()
    let cache = CredentialsCache(provider: source, clock: DirectoryScene.StoppedClock())
    let held = try await cache.held()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          let fresh = try? await cache.refresh(replacing: held)
          #expect(fresh?.credentials.accessKeyID == "K2")
        }
      }
    }
    #expect(source.calls.withLock { $0 } == 2)
    #expect(try await cache.held().credentials.accessKeyID == "K2")
  }

  @Test func aFailureIsForgottenAndTheOldOnesStay() async throws {
    let source = Source()
    let cache = CredentialsCache(provider: source, clock: DirectoryScene.StoppedClock())
    source.failing.withLock { $0 = true }
    await #expect(throws: CredentialsError.self) { try await cache.held() }
    source.failing.withLock { $0 = false }
    let held = try await cache.held()
    source.failing.withLock { $0 = true }
    await #expect(throws: CredentialsError.self) { try await cache.refresh(replacing: held) }
    #expect(try await cache.held() === held)
  }
}
