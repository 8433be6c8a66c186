import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct PostgreSQLStoreTests {
  let fixture: PostgreSQLFixture

  init() throws {
    fixture = try PostgreSQLFixture()
    try fixture.run(PostgreSQLSchema.statements)
  }

  private func entry(_ id: Identifier = .random) -> JournalEntry {
    JournalEntry(
      record: JournalRecord(AuditEvent(id: id, denial: .example(), wallMicroseconds: 0)))
  }

  private func count() throws -> Int {
    try fixture.texts("SELECT 'a' FROM audit_record").count
  }

  @Test func aRecordWithAKnownEventIsRefusedAlone() throws {
    let store = PostgreSQLStore(address: try fixture.address())
    let entries = [entry(), entry()]
    #expect(
      store.commit([entries[0], entries[0], entries[1]]) == .committed(refusals: [1: .refused]))
    #expect(store.commit([]) == .committed(refusals: [:]))
    #expect(try count() == 2)
    store.close()
    #expect(store.commit([entry()]) == .stalled("the journal is closed"))
  }

  @Test func anIdleConnectionThatTheServerClosedIsReplaced() throws {
    let store = PostgreSQLStore(address: try fixture.address())
    #expect(store.commit([entry()]) == .committed(refusals: [:]))
    _ = try fixture.texts(
      """
      SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
      WHERE application_name = '\(fixture.schema)' AND pid <> pg_backend_pid()
      """)
    #expect(store.commit([entry()]) == .committed(refusals: [:]))
    #expect(try count() == 2)
  }

  @Test(arguments: [PostgreSQLRelay.Course.loseRequest, .loseAnswer])
  func whatWasUnderWayWhenTheConnectionWasLostIsWrittenOnce(
    course: PostgreSQLRelay.Course
  ) throws {
    let relay = try PostgreSQLRelay(to: try PostgreSQLServer.shared.get().directory)
    defer { relay.end() }
    let store = PostgreSQLStore(address: try fixture.address(through: relay))
    #expect(store.commit([]) == .committed(refusals: [:]))
    relay.set(course)
    let entries = [entry(), entry()]
    #expect(store.commit(entries) == .committed(refusals: [:]))
    #expect(try count() == 2)
  }

  /// An outcome is offered again when the server is back; nobody knows whether it was written.
  @Test(arguments: [PostgreSQLRelay.Course.loseRequest, .loseAnswer])
  func whatIsOfferedAgainAfterALossIsWrittenOnce(course: PostgreSQLRelay.Course) async throws {
    let relay = try PostgreSQLRelay(to: try PostgreSQLServer.shared.get().directory)
    defer { relay.end() }
    let store = PostgreSQLStore(address: try fixture.address(through: relay))
    #expect(store.commit([]) == .committed(refusals: [:]))
    let entries = [entry(), entry()]
    relay.set(course)
    relay.refusesConnections = true
    guard case .stalled = store.commit(entries) else {
      Issue.record("not stalled")
      return
    }
    let written = course == .loseAnswer ? 2 : 0
    try await until { try count() == written }
    guard case .stalled = store.commit([]) else {
      Issue.record("not stalled")
      return
    }
    relay.refusesConnections = false
    #expect(store.commit([]) == .committed(refusals: [:]))
    #expect(store.commit(entries + [entry()]) == .committed(refusals: [:]))
    #expect(try count() == 3)
  }

  /// As an operator's REINDEX does: what has happened is kept until it can be written.
  @Test func whatTheTableIsHeldFromWaits() throws {
    let store = PostgreSQLStore(address: try fixture.address())
    let entries = [entry(), entry()]
    let operatorsOwn = try PostgreSQLConnection(try fixture.address(), within: .seconds(30))
    try operatorsOwn.run(
      script: "BEGIN; LOCK TABLE audit_record IN SHARE MODE", within: .seconds(30))
    guard case .stalled = store.commit(entries) else {
      Issue.record("not stalled")
      return
    }
    try operatorsOwn.run(script: "COMMIT", within: .seconds(30))
    #expect(store.commit(entries) == .committed(refusals: [:]))
    #expect(try count() == 2)
  }

  /// The lost transaction may still be under way in the server: nothing is decided before it ends.
  @Test func aTransactionThatTheServerStillWorksOnIsEndedFirst() throws {
    let relay = try PostgreSQLRelay(to: try PostgreSQLServer.shared.get().directory)
    defer { relay.end() }
    let store = PostgreSQLStore(address: try fixture.address(through: relay))
    #expect(store.commit([entry()]) == .committed(refusals: [:]))
    try fixture.run(
      """
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON audit_record DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION slow();
      """)
    relay.set(.loseConnection)
    #expect(store.commit([entry()]) == .committed(refusals: [:]))
    #expect(try count() == 2)
  }

  @Test(arguments: [
    "UPDATE audit_record SET kind = 'failed'", "DELETE FROM audit_record", "TRUNCATE audit_record",
  ])
  func aRecordIsNeitherChangedNorRemoved(statement: String) throws {
    let store = PostgreSQLStore(address: try fixture.address())
    #expect(store.commit([entry()]) == .committed(refusals: [:]))
    // Even by the owner: 23514 is what the trigger raises.
    #expect(throws: PostgreSQLError.refused(state: "23514", table: nil)) {
      try fixture.run(statement)
    }
    #expect(try count() == 1)
  }

  /// Replicas whose groups want the same rows in another order each.
  @Test func groupsOfReplicasDoNotHoldEachOtherUp() async throws {
    let addresses = try (0..<3).map { _ in try fixture.address() }
    let keys = (0..<40).map { _ in Identifier.random.description }
    let codec = CreationCodec(
      keys: try JournalKeys.open(directory: fixture.keys, mayCreate: true))
    let written = try await withThrowingTaskGroup(of: Int.self) { tasks in
      for address in addresses {
        tasks.addTask {
          let store = PostgreSQLStore(address: address)
          defer { store.close() }
          var buffer: [UInt8] = []
          let group = try keys.shuffled().map { key in
            JournalEntry(
              record: JournalRecord(
                AuditEvent(id: .random, denial: .example(), wallMicroseconds: 0)),
              change: try codec.change(
                to: .example(.example(username: key, requestID: key)), from: nil,
                using: &buffer))
          }
          guard case .committed(let refusals) = store.commit(group) else { return -1000 }
          return group.count - refusals.count
        }
      }
      return try await tasks.reduce(0, +)
    }
    #expect(written == keys.count)
    #expect(try count() == keys.count)
    #expect(try fixture.texts("SELECT caller_id FROM creation").count == keys.count)
  }

  @Test func aRowThatIsHeldTooLongIsRefusedAlone() throws {
    let store = PostgreSQLStore(address: try fixture.address())
    let codec = CreationCodec(
      keys: try JournalKeys.open(directory: fixture.keys, mayCreate: true))
    let held = Creation.example(.example(username: "held"))
    var buffer: [UInt8] = []
    let insert = JournalEntry(
      record: nil, change: try codec.change(to: held, from: nil, using: &buffer))
    #expect(store.commit([insert]) == .committed(refusals: [:]))
    let other = try PostgreSQLConnection(try fixture.address(), within: .seconds(30))
    try other.run(script: "BEGIN; SELECT 1 FROM creation FOR UPDATE", within: .seconds(30))
    var changed = held
    changed.state = .succeeded
    let update = JournalEntry(
      record: nil, change: try codec.change(to: changed, from: held.stamp, using: &buffer))
    #expect(store.commit([update, entry()]) == .committed(refusals: [0: .refused]))
    try other.run(script: "ROLLBACK", within: .seconds(30))
    #expect(store.commit([update]) == .committed(refusals: [:]))
    #expect(try count() == 1)
  }

  @Test(arguments: [
    ("creation WHERE caller_id = '' AND request_id = ''", "creation_pkey"),
    ("creation WHERE creation_id = ''", "creation_creation_id_key"),
    (
      "creation WHERE state IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND lease_end < 9 "
        + "ORDER BY lease_end", "creation_open"
    ),
    (
      "creation WHERE state NOT IN ('INTENT', 'UNKNOWN', 'UNRESOLVED') AND update_time < 9 "
        + "ORDER BY update_time", "creation_settled"
    ),
    (
      "creation WHERE pool_id = '' AND state IN ('INTENT', 'UNKNOWN') AND phone_hash = ''",
      "creation_phone"
    ),
    ("audit_record WHERE event_id = ''", "audit_record_event_id_key"),
    ("audit_record WHERE creation_id = '' ORDER BY seq DESC", "audit_record_creation"),
    (
      "audit_record WHERE request_id <> '' AND request_id = 'a' ORDER BY seq DESC",
      "audit_record_request"
    ),
    ("audit_record WHERE wall_us < 9 ORDER BY wall_us DESC, seq DESC", "audit_record_time"),
    (
      "audit_record WHERE organization = '' AND wall_us < 9 ORDER BY wall_us DESC, seq DESC",
      "audit_record_organization"
    ),
    (
      "audit_record WHERE caller_id = '' AND wall_us < 9 ORDER BY wall_us DESC, seq DESC",
      "audit_record_caller"
    ),
    (
      "audit_record WHERE substr(user_hash, 1, 16) = 'a' AND user_hash = 'a' AND wall_us < 9 "
        + "ORDER BY wall_us DESC, seq DESC", "audit_record_user"
    ),
    (
      "audit_record WHERE kind <> 'created' AND kind <> 'intended' AND kind = 'denied' "
        + "AND wall_us < 9 ORDER BY wall_us DESC, seq DESC", "audit_record_kind"
    ),
  ])
  func whatIsLookedForHasItsIndex(condition: String, index: String) throws {
    let explain = PostgreSQLStatement(
      name: "explain", sql: "EXPLAIN SELECT 1 FROM \(condition) LIMIT 1", types: [])
    let connection = try PostgreSQLConnection.session(
      try fixture.address(), statements: [explain])
    // The tables are empty: the planner would read them whole.
    try connection.run(
      script: "SET enable_seqscan = off; SET enable_bitmapscan = off", within: .seconds(30))
    let plan = try connection.rows(PostgreSQLCall(statement: explain)).map { try $0.text(0) ?? "" }
    #expect(plan.contains { $0.contains(" \(index) ") }, "\(plan)")
    #expect(!plan.contains { $0.contains("Sort") }, "\(plan)")
  }
}
