import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(1)))
struct AuditQueryTests {
  let fixture: JournalFixture
  let journal: SQLiteJournal

  init() throws {
    fixture = try JournalFixture()
    journal = try fixture.open()
  }

  private func create(
    _ organization: String, creationID: Identifier = .random, requestID: String? = nil
  ) async throws {
    // Another caller each time: a request id is unique to one.
    let intent = CreationIntent.example(
      organization: organization, creationID: creationID,
      requestID: requestID ?? Identifier.random.description,
      callerID: Identifier.random.description)
    var creation = Creation.example(intent)
    creation.state = .succeeded
    creation.answer = .created()
    #expect(
      try await journal.creations.write(.init(from: nil, creation: creation)) == .written)
  }

  private func organizations(_ query: AuditQuery) async throws -> [String] {
    try await journal.events(query).events.map(\.organization)
  }

  @Test func everyGivenConditionHolds() async throws {
    let (one, two) = (Identifier.random, Identifier.random)
    let request = Identifier.random.description
    try await create("acme", creationID: one, requestID: request)
    try await create("globex", creationID: two, requestID: request)
    try await create("initech")
    #expect(try await organizations(AuditQuery()) == ["initech", "globex", "acme"])
    #expect(try await organizations(AuditQuery(creationID: one)) == ["acme"])
    #expect(try await organizations(AuditQuery(requestID: request)) == ["globex", "acme"])
    #expect(
      try await organizations(AuditQuery(requestID: request.uppercased())) == ["globex", "acme"])
    #expect(
      try await organizations(AuditQuery(requestID: request, organizations: ["acme"])) == ["acme"])
    #expect(try await organizations(AuditQuery(creationID: two, organizations: ["acme"])) == [])
    #expect(try await organizations(AuditQuery(creationID: two, requestID: request)) == ["globex"])
    #expect(try await organizations(AuditQuery(creationID: .random)) == [])
    #expect(try await organizations(AuditQuery(organizations: [])) == [])
    #expect(
      try await organizations(AuditQuery(organizations: ["initech", "acme", "none"]))
        == ["initech", "acme"])
    await journal.close()
  }

  @Test(arguments: [nil, ["acme", "globex"]] as [Set<String>?])
  func pagesAreStableWhileRecordsArrive(organizations: Set<String>?) async throws {
    var expected: [Identifier] = []
    for number in 0..<23 {
      try await create(number.isMultiple(of: 2) ? "acme" : "globex")
      expected.insert(try await journal.events(AuditQuery(pageSize: 1)).events[0].id, at: 0)
    }
    var query = AuditQuery(organizations: organizations, pageSize: 5)
    var seen: [Identifier] = []
    repeat {
      let page = try await journal.events(query)
      #expect(page.events.count <= 5)
      seen += page.events.map(\.id)
      query.pageToken = page.nextPageToken
      try await create("acme")
    } while !query.pageToken.isEmpty
    #expect(seen == expected)
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
