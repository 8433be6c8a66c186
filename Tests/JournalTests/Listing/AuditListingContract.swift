import Testing

@testable import Journal
@testable import Provisioning

/// What every listing promises: a page holds what a look at each record would find, whatever the
/// conditions, and however few records a scan may look at. The same checks for each database.
struct AuditListingContract {
  static let organizations = ["acme", "globex", "initech"]
  static let callers = ["billing", "crm", "hr"]
  static let names = ["alice", "Bob", "zoe\u{308}"]
  static let pools = [
    UserPool(id: "us-east-1_Aa1", region: "us-east-1"),
    UserPool(id: "eu-west-1_Bb2", region: "eu-west-1"),
  ]
  static let start: Int64 = 1_800_000_000_000_000

  let store: any RecordStore
  let reader: any RecordReader
  let keys: JournalKeys

  func holds(events count: Int, queries: Int) async throws {
    var random = SeededGenerator(seed: 6)
    let events = (0..<count).map { _ in event(&random) }
    for group in stride(from: 0, to: count, by: 50) {
      let entries = events[group..<min(group + 50, count)].map {
        JournalEntry(record: JournalRecord($0))
      }
      #expect(store.commit(entries) == .committed(refusals: [:]))
    }
    // Newest first; of one time the later written.
    let ordered = events.enumerated().sorted {
      ($0.element.wallMicroseconds, $0.offset) > ($1.element.wallMicroseconds, $1.offset)
    }.map(\.element)
    for number in 0..<queries {
      let query = query(&random, events)
      let expected = ordered.filter { isWanted($0, query) }
      let reach = [1, 7, AuditScan.reach][number % 3]
      let found = try await all(query, reach: reach)
      #expect(found.map(\.id) == expected.map(\.id), "\(query), reach \(reach)")
    }
  }

  private func all(_ query: AuditQuery, reach: Int) async throws -> [AuditEvent] {
    let listing = AuditListing(reader: reader, keys: keys, reach: reach)
    var (query, events) = (query, [AuditEvent]())
    repeat {
      let page = try await listing.events(query)
      #expect(page.events.count <= query.pageSize)
      events += page.events
      query.pageToken = page.nextPageToken
    } while !query.pageToken.isEmpty
    return events
  }

  private func isWanted(_ event: AuditEvent, _ query: AuditQuery) -> Bool {
    let hashes = query.users.map(keys.hashes(of:))
    return query.creationID.map { $0 == event.creationID } ?? true
      && query.requestID.map { $0 == event.requestID } ?? true
      && query.callerID.map { $0 == event.origin.callerID } ?? true
      && query.kind.map { $0 == event.kind } ?? true
      && query.organizations.map { $0.contains(event.organization) } ?? true
      && query.startTime.map { $0 <= event.wallMicroseconds } ?? true
      && query.endTime.map { $0 > event.wallMicroseconds } ?? true
      && hashes.map { hashes in event.userHash.map { hashes.contains($0) } ?? false } ?? true
  }

  private func event(_ random: inout SeededGenerator) -> AuditEvent {
    // Few times, so that many records share one, and some come late.
    let time = Self.start + .random(in: 0..<40, using: &random)
    let origin = CallOrigin(
      callerID: Self.callers[.random(in: 0..<3, using: &random)], authentication: .token,
      onBehalfOf: nil, peer: "192.0.2.7")
    let organization = Self.organizations[.random(in: 0..<3, using: &random)]
    guard Int.random(in: 0..<4, using: &random) > 0 else {
      return AuditEvent(
        id: .random, kind: .denied, wallMicroseconds: time, requestID: "", origin: origin,
        organization: organization, policyDigest: "")
    }
    let user = UserInPool(
      pool: Self.pools[.random(in: 0..<2, using: &random)],
      username: Self.names[.random(in: 0..<3, using: &random)])
    let kinds: [AuditEvent.Kind] = [.intended, .created, .failed]
    return AuditEvent(
      id: .random, kind: kinds[.random(in: 0..<3, using: &random)], wallMicroseconds: time,
      creationID: Self.creations[.random(in: 0..<9, using: &random)],
      requestID: Self.requests[.random(in: 0..<9, using: &random)], origin: origin,
      organization: organization, pool: user.pool, policyDigest: "",
      names: NameHashes(
        epoch: keys.ring.current.number,
        user: keys.pseudonym(pool: user.pool, username: user.username)))
  }

  private func query(_ random: inout SeededGenerator, _ events: [AuditEvent]) -> AuditQuery {
    func maybe<Value>(_ value: Value) -> Value? {
      Int.random(in: 0..<4, using: &random) == 0 ? value : nil
    }
    let kinds = AuditEvent.Kind.allCases
    var query = AuditQuery(pageSize: .random(in: 1...30, using: &random))
    query.creationID = maybe(Self.creations[.random(in: 0..<9, using: &random)])
    query.requestID = maybe(Self.requests[.random(in: 0..<9, using: &random)])
    query.callerID = maybe(Self.callers[.random(in: 0..<3, using: &random)])
    query.kind = maybe(kinds[.random(in: 0..<6, using: &random)])
    query.startTime = maybe(Self.start + .random(in: 0..<40, using: &random))
    query.endTime = maybe(Self.start + .random(in: 0..<40, using: &random))
    query.organizations = maybe(
      Set(Self.organizations.shuffled(using: &random).prefix(.random(in: 0...3, using: &random))))
    let name = Self.names[.random(in: 0..<3, using: &random)]
    query.users = maybe(Self.pools.map { UserInPool(pool: $0, username: name) })
    return query
  }

  private static let creations = (0..<9).map { _ in Identifier.random }
  private static let requests = (0..<9).map { _ in Identifier.random.description }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
