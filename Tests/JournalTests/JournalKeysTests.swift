import Crypto
import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(5)))
struct JournalKeysTests {
  let fixture: JournalFixture
  private var keyFile: String { fixture.keys + "/hmac-1.key" }

  init() throws {
    fixture = try JournalFixture()
  }

  private func problem() async throws -> String {
    guard case .keys(let directory, let problem) = try #require(await fixture.openError()) else {
      return "another error"
    }
    #expect(directory == fixture.keys)
    return problem
  }

  private func setMode(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test func theHashIsTheDocumentedOne() {
    let key = SymmetricKey(data: Data(repeating: 7, count: 32))
    let expected = HMAC<SHA256>.authenticationCode(
      for: Data("us-east-1_AbCd12345\u{0}alice".utf8), using: key)
    let epoch = KeyEpoch(number: 1, hmac: key, seal: key)
    #expect(
      epoch.hash(.user("alice"), in: .example)
        == expected.map { String(format: "%02x", $0) }.joined())
  }

  @Test func addressesAndNumbersAreHashedApart() {
    let epoch = KeyEpoch.random(1)
    let text = "+14155552671"
    #expect(
      Set([
        epoch.hash(.user(text), in: .example), epoch.hash(.email(text), in: .example),
        epoch.hash(.phone(text), in: .example),
      ]).count == 3)
    #expect(
      epoch.hash(.email("Ada@Mail.Example"), in: .example)
        == epoch.hash(.email("ada@mail.example"), in: .example))
  }

  @Test func poolAndNameDoNotRunTogether() {
    let keys = JournalKeys.random
    #expect(
      keys.pseudonym(pool: UserPool(id: "ab", region: ""), username: "c")
        != keys.pseudonym(pool: UserPool(id: "a", region: ""), username: "bc"))
  }

  /// Replicas that start together on one folder.
  @Test func ofManyWhoMissAKeyOneMakesIt() async throws {
    let directory = fixture.directory
    for number in 0..<20 {
      let keys = try await withThrowingTaskGroup(of: SymmetricKey.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try JournalKeys.key(
              path: "\(directory)/\(number).key", directory: directory, mayCreate: true)
          }
        }
        return try await group.reduce(into: Set<Data>()) { keys, key in
          keys.insert(unsafe key.withUnsafeBytes { unsafe Data($0) })
        }
      }
      #expect(keys.count == 1)
    }
  }

  @Test func eachJournalHasItsOwnKey() async throws {
    let other = try JournalFixture()
    let (a, b) = (try fixture.open(), try other.open())
    #expect(
      a.pseudonym(pool: .example, username: "alice")
        != b.pseudonym(pool: .example, username: "alice"))
    await a.close()
    await b.close()
  }

  @Test func aRestartKeepsTheKey() async throws {
    let journal = try fixture.open()
    let before = journal.pseudonym(pool: .example, username: "alice")
    await journal.close()
    let reopened = try fixture.open()
    #expect(reopened.pseudonym(pool: .example, username: "alice") == before)
    await reopened.close()
  }

  @Test(arguments: ["hmac-1.key", "identity.key", "seal-1.key", ""])
  func aMissingKeyIsNeverMadeAnew(file: String) async throws {
    await (try fixture.open()).close()
    try FileManager.default.removeItem(atPath: fixture.keys + "/" + file)
    let missing = file.isEmpty ? "hmac-1.key" : file
    #expect(
      try await problem() == "\(missing) is missing, and the journal has records under it")
    #expect(!FileManager.default.fileExists(atPath: fixture.keys + "/" + missing))
  }

  @Test func whatIsSealedOpensInItsContextOnly() throws {
    let keys = JournalKeys.random
    let sealed = try keys.seal([1, 2, 3], context: [7])
    #expect(try Array(keys.open(sealed, context: [7])) == [1, 2, 3])
    #expect(throws: (any Error).self) { try keys.open(sealed, context: [8]) }
    #expect(throws: (any Error).self) { try JournalKeys.random.open(sealed, context: [7]) }
  }

  @Test func aNameOfAnotherKindIsAnotherClaim() {
    let keys = JournalKeys.random
    #expect(keys.claim(.email, "a") != keys.claim(.user, "a"))
    #expect(keys.claim(.email, "a") == keys.claim(.email, "a"))
  }

  @Test(arguments: [0o604, 0o640, 0o660]) func aReadableKeyIsRefused(mode: Int) async throws {
    await (try fixture.open()).close()
    try setMode(mode, keyFile)
    #expect(try await problem() == "hmac-1.key is accessible by others; use chmod 600")
  }

  @Test func aDirectoryThatOthersWriteIsRefused() async throws {
    await (try fixture.open()).close()
    try setMode(0o777, fixture.keys)
    #expect(try await problem() == "the directory is writable by others; use chmod 700")
  }

  @Test func aCutKeyIsRefused() async throws {
    await (try fixture.open()).close()
    try Data(repeating: 1, count: 31).write(to: URL(fileURLWithPath: keyFile))
    #expect(try await problem() == "hmac-1.key is damaged: it must have 32 bytes")
  }

  @Test func theKeysOfAnotherJournalAreRefused() async throws {
    await (try fixture.open()).close()
    try Data(repeating: 1, count: 32).write(to: URL(fileURLWithPath: keyFile))
    #expect(try await problem() == "these are the keys of another journal")
  }
}

extension JournalKeys {
  static var random: JournalKeys {
    let epoch = KeyEpoch.random(1)
    return JournalKeys(
      ring: KeyRing(live: [epoch], current: epoch, folder: nil),
      identity: SymmetricKey(size: .bits256), passwords: PasswordKeys(directory: "none"))
  }
}

extension KeyEpoch {
  static func random(_ number: Int) -> KeyEpoch {
    KeyEpoch(
      number: number, hmac: SymmetricKey(size: .bits256), seal: SymmetricKey(size: .bits256))
  }
}
