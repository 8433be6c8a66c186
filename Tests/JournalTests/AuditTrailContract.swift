import Testing

@testable import Journal
@testable import Provisioning

/// What every ``AuditTrail`` promises its readers: the same checks for each database.
struct AuditTrailContract: Sendable {
  let creations: any CreationStore
  let trail: any AuditTrail

  func holds() async throws {
    try await everyGivenConditionHolds()
    try await pagesAreStableWhileRecordsArrive(of: nil)
    try await pagesAreStableWhileRecordsArrive(of: ["even", "odd"])
    try await anEventIsFoundByItsID()
  }

  func create(
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
      try await creations.write(.init(from: nil, creation: creation)) == .written)
  }

  private func organizations(_ query: AuditQuery) async throws -> [String] {
    try await trail.events(query).events.map(\.organization)
  }

  private func everyGivenConditionHolds() async throws {
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
  }

  private func pagesAreStableWhileRecordsArrive(of organizations: Set<String>?) async throws {
    var expected: [Identifier] = []
    for number in 0..<23 {
      try await create(number.isMultiple(of: 2) ? "even" : "odd")
      expected.insert(try await trail.events(AuditQuery(pageSize: 1)).events[0].id, at: 0)
    }
    var query = AuditQuery(organizations: organizations, pageSize: 5)
    var seen: [Identifier] = []
    repeat {
      let page = try await trail.events(query)
      #expect(page.events.count <= 5)
      seen += page.events.map(\.id)
      query.pageToken = page.nextPageToken
      try await create("even")
    } while !query.pageToken.isEmpty
    #expect(Array(seen.prefix(expected.count)) == expected)
  }

  private func anEventIsFoundByItsID() async throws {
    let newest = try await trail.events(AuditQuery(pageSize: 1)).events[0]
    #expect(try await trail.event(newest.id) == newest)
    #expect(try await trail.event(.random) == nil)
  }
}
