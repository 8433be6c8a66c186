import Foundation
import Testing

@testable import Journal

@Suite(.timeLimit(.minutes(5)))
struct JournalLockTests {
  @Test func aSecondProcessIsToldWhoHoldsTheJournal() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    await #expect(processExitsWith: .exitCode(75)) {
      [path = fixture.path as String, keys = fixture.keys as String, holder = getpid() as Int32] in
      do {
        _ = try JournalFixture.open(path: path, keys: keys)
      } catch JournalOpenError.lockedBy(let pid) where pid == holder && holder != getpid() {
        exit(75)
      }
    }
    await journal.close()
    await #expect(processExitsWith: .success) {
      [path = fixture.path as String, keys = fixture.keys as String] in
      await (try JournalFixture.open(path: path, keys: keys)).close()
    }
  }

  @Test func theSameProcessIsRefusedToo() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    #expect(await fixture.openError() == .lockedBy(getpid()))
    #expect(
      "\(JournalOpenError.lockedBy(7))" == "the journal is locked by another process (pid 7)")
    _ = try await journal.record(.example()) { .created() }
    await journal.close()
  }

  @Test func anotherNameOfTheFileIsTheSameLock() async throws {
    let fixture = try JournalFixture()
    let journal = try fixture.open()
    let link = fixture.directory + "/link.db"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: fixture.path)
    #expect(throws: JournalOpenError.lockedBy(getpid())) {
      try JournalFixture.open(path: link, keys: fixture.keys)
    }
    await journal.close()
  }

  /// Another thread may be starting a process at this moment: between fork and exec its child has
  /// the descriptor too.
  @Test func theLockIsGivenBackThoughAChildSharesIt() throws {
    let fixture = try JournalFixture()
    let path = fixture.directory + "/lock"
    let lock = try JournalLock.acquire(path: path)
    let shared = try descriptors(of: path).map { dup($0) }
    try #require(shared.count == 1)
    lock.release()
    try JournalLock.acquire(path: path).release()
    for descriptor in shared { close(descriptor) }
  }

  private func descriptors(of path: String) throws -> [Int32] {
    let directory = "/proc/self/fd"
    return try FileManager.default.contentsOfDirectory(atPath: directory).filter {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)")
      return target?.hasSuffix(path) == true
    }.compactMap { Int32($0) }
  }

  @Test func aForgottenJournalGivesItsLockBack() async throws {
    let fixture = try JournalFixture()
    _ = try fixture.open()
    try await until { await fixture.openError() == nil }
  }
}
