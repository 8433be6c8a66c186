import Crypto
import Foundation
import Testing

@testable import Journal

@Suite struct KeyRingTests {
  /// Another replica has made an epoch whose keys cannot be read: they are there, and what is sealed
  /// under them is not gone.
  @Test func keysThatCannotBeReadAreNotTakenForNone() throws {
    let fixture = try JournalFixture()
    let folder = KeyFolder(directory: fixture.directory)
    let first = try folder.make(1)
    let ring = KeyRing(live: [first], current: first, folder: folder)
    #expect(try ring.epoch(2) == nil)
    let key = fixture.directory + "/hmac-2.key"
    try Data("damaged".utf8).write(to: URL(filePath: key))
    try POSIXFile.setMode(0o600, of: key)
    #expect(throws: JournalOpenError.self) { try ring.epoch(2) }
    try FileManager.default.removeItem(atPath: key)
    _ = try folder.make(2)
    #expect(try ring.epoch(2)?.number == 2)
  }
}
