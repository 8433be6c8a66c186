import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(5)))
struct AuditQueryTests {
  let fixture: JournalFixture
  let journal: SQLiteJournal

  init() throws {
    fixture = try JournalFixture()
    journal = try fixture.open()
  }

  private func create(_ organization: String) async throws {
    try await AuditTrailContract(creations: journal.creations, trail: journal).create(organization)
  }

  @Test func theContractHolds() async throws {
    try await AuditTrailContract(creations: journal.creations, trail: journal).holds()
    await journal.close()
  }

  @Test func aFullLastPageHasNoToken() async throws {
    for _ in 0..<4 { try await create("acme") }
    let page = try await journal.events(AuditQuery(pageSize: 4))
    #expect(page.events.count == 4 && page.nextPageToken.isEmpty)
    await journal.close()
  }

  @Test(arguments: [0, -1, 1001]) func aPageSizeOutOfRangeIsRefused(size: Int) async throws {
    await #expect(throws: JournalError.invalidQuery("page size: 1...1000")) {
      try await journal.events(AuditQuery(pageSize: size))
    }
    await journal.close()
  }

  @Test func aForeignTokenIsRefused() async throws {
    for _ in 0..<3 { try await create("acme") }
    let token = try await journal.events(
      AuditQuery(organizations: ["acme"], pageSize: 1)
    ).nextPageToken
    var flipped = Array(token.utf8)
    flipped[3] = flipped[3] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    let forged = [
      AuditQuery(pageToken: token),
      AuditQuery(organizations: ["globex"], pageToken: token),
      AuditQuery(organizations: ["acme"], pageToken: String(decoding: flipped, as: UTF8.self)),
      AuditQuery(organizations: ["acme"], pageToken: String(token.dropLast())),
      AuditQuery(organizations: ["acme"], pageToken: token + "AAAA"),
      AuditQuery(pageToken: "17"), AuditQuery(pageToken: "\u{0}é!"),
      AuditQuery(pageToken: String(repeating: "A", count: 54)),
    ]
    for query in forged {
      await #expect(throws: JournalError.invalidQuery("page token: not a token of this listing")) {
        try await journal.events(query)
      }
    }
    let next = try await journal.events(
      AuditQuery(organizations: ["acme"], pageSize: 7, pageToken: token))
    #expect(next.events.count == 2)
    await journal.close()
  }

  @Test func aTokenOutlivesARestart() async throws {
    for _ in 0..<3 { try await create("acme") }
    let first = try await journal.events(AuditQuery(pageSize: 1))
    await journal.close()
    let reopened = try fixture.open()
    let rest = try await reopened.events(
      AuditQuery(pageSize: 10, pageToken: first.nextPageToken))
    #expect(rest.events.count == 2)
    #expect(!rest.events.contains(first.events[0]))
    await reopened.close()
  }
}
