import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite("Keys of temporary passwords", .timeLimit(.minutes(5)))
struct PasswordKeysTests {
  private static let day: Int64 = 86_400_000_000
  private static let now = FixedClock.microseconds
  private let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture()
    try POSIXFile.createDirectory(fixture.keys, mode: 0o700)
  }

  /// As after a restart.
  private func keys(now: Int64 = now) throws -> PasswordKeys {
    let keys = PasswordKeys(directory: fixture.keys)
    try keys.rotate(now: now)
    return keys
  }

  private func password(
    _ keys: PasswordKeys, _ creation: Identifier, createdAt time: Int64 = now
  ) -> String {
    let random = keys.numbers(of: creation, createdAt: time)
    return TemporaryPassword.make(for: .strict, from: random).exposed
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: fixture.keys).sorted() }
  }

  @Test func aCreationHasOnePassword() throws {
    let creation = Identifier.random
    let first = password(try keys(), creation)
    // On the next day it is still the day's key of the creation that counts.
    for time in [Self.now, Self.now + Self.day] {
      #expect(password(try keys(now: time), creation) == first)
    }
    #expect(password(try keys(), .random) != first)
    #expect(password(try keys(), creation, createdAt: Self.now + Self.day) != first)
  }

  @Test func aKeyIsDestroyedAfterTheNextDay() throws {
    let creation = Identifier.random
    let first = password(try keys(), creation)
    let today = Self.now / Self.day
    #expect(try files == ["password-\(today).key", "password-\(today + 1).key"])
    let later = try keys(now: Self.now + 2 * Self.day)
    #expect(
      try files == (1...3 as ClosedRange<Int64>).map { "password-\(today + $0).key" })
    #expect(password(later, creation) != first)
  }

  @Test func aProcessThatRunsDestroysThem() throws {
    let keys = try keys()
    let creation = Identifier.random
    let first = password(keys, creation)
    try keys.rotate(now: Self.now + Self.day)
    #expect(password(keys, creation) == first)
    try keys.rotate(now: Self.now + 2 * Self.day)
    #expect(password(keys, creation) != first)
  }

  /// Passwords longer than one block of numbers.
  @Test func numbersDoNotRepeat() throws {
    let numbers = try keys().numbers(of: .random, createdAt: Self.now)
    #expect(Set((0..<1000).map { _ in numbers.next() }).count == 1000)
  }

  @Test func aFolderThatCannotBeWrittenIsSaid() throws {
    let keys = JournalKeys.random
    #expect(
      throws: JournalError.unavailable("the keys of temporary passwords cannot be kept")
    ) { try keys.rotatePasswordKeys(now: Self.now) }
    // There is a password all the same, of a key that is nowhere.
    let creation = Identifier.random
    #expect(
      keys.passwordNumbers(of: creation, createdAt: 0).next()
        == keys.passwordNumbers(of: creation, createdAt: 0).next())
  }
}
