import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct PostgreSQLJournalTests {
  let fixture: PostgreSQLFixture

  init() throws {
    fixture = try PostgreSQLFixture()
  }

  @Test func theTrailsContractHolds() async throws {
    let journal = try fixture.open()
    try await AuditTrailContract(creations: journal.creations, trail: journal).holds()
    await journal.close()
  }

  @Test func theOtherKindOfUpstreamIsRefused() async throws {
    await (try fixture.open(upstream: .sandbox)).close()
    #expect(
      await fixture.openError(upstream: .cognito)
        == .wrongUpstream(
          path: try fixture.address().description, recorded: "sandbox", wanted: .cognito))
    #expect(await fixture.openError(upstream: .sandbox) == nil)
  }

  @Test func aNewerSchemaIsRefused() async throws {
    await (try fixture.open()).close()
    try fixture.run("UPDATE meta SET value = '3' WHERE key = 'schema_version'")
    #expect(
      await fixture.openError()
        == .otherSchema(path: try fixture.address().description, found: 3, supported: 2))
  }

  @Test(arguments: ["hmac-1.key", "seal-1.key", "identity.key"])
  func everyKeyHasToBeTheJournals(name: String) async throws {
    await (try fixture.open()).close()
    let file = fixture.keys + "/" + name
    let key = try #require(FileManager.default.contents(atPath: file))
    try Data(key.reversed()).write(to: URL(fileURLWithPath: file))
    #expect(
      await fixture.openError()
        == .keys(directory: fixture.keys, problem: "these are the keys of another journal"))
    try FileManager.default.removeItem(atPath: file)
    #expect(
      await fixture.openError()
        == .keys(
          directory: fixture.keys,
          problem: "\(name) is missing, and the journal has records under it"))
  }

  @Test func replicasThatOpenANewJournalTogetherAgree() async throws {
    let journals = try await withThrowingTaskGroup(of: PostgreSQLJournal.self) { tasks in
      for _ in 0..<4 { tasks.addTask { try fixture.open() } }
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
    for journal in journals { await journal.close() }
    #expect(try fixture.texts("SELECT value FROM meta WHERE key = 'schema_version'") == ["2"])
  }

  @Test func anotherApplicationsTableIsNotTouched() async throws {
    try fixture.run("CREATE TABLE creation (theirs text)")
    let address = try fixture.address().description
    #expect(
      await fixture.openError()
        == .server(
          address: address,
          problem: "the table meta is missing; the database may be another application's"))
    #expect(try fixture.texts("SELECT to_regclass('meta')::text") == [nil])
  }

  @Test func aServerThatIsNotThereIsOneClearLine() throws {
    let address = try #require(
      PostgreSQLAddress("postgres://ada:Secret-1@/journal?host=/nonexistent"))
    #expect {
      try PostgreSQLOpening(address: address, patience: .zero, logger: .silent)
        .open(keysDirectory: fixture.keys, upstream: .sandbox)
    } throws: { error in
      guard case JournalOpenError.unreachable = error else { return false }
      return "\(error)".hasPrefix("journal postgres:///nonexistent/journal: the server is not")
        && !"\(error)".contains("Secret") && !"\(error)".contains("\n")
    }
  }

  @Test func aDatabaseThatIsNotThereCannotBeWaitedFor() async throws {
    let server = try PostgreSQLServer.shared.get().directory
    let address = try #require(PostgreSQLAddress("postgres://postgres@/none?host=\(server)"))
    #expect(
      throws: JournalOpenError.server(
        address: address.description,
        problem: "there is no such database (PostgreSQL error 3D000)")
    ) {
      try PostgreSQLOpening(address: address, logger: .silent)
        .open(keysDirectory: fixture.keys, upstream: .sandbox)
    }
  }

  @Test func aWeakerCommitOfTheServersIsNotTaken() async throws {
    let role = fixture.schema
    try fixture.run(
      """
      CREATE ROLE \(role) SUPERUSER LOGIN;
      ALTER ROLE \(role) SET synchronous_commit = off;
      """)
    let connection = try PostgreSQLConnection.session(
      try fixture.address(role: role), statements: [])
    #expect(try connection.readSettings().synchronousCommit == "on")
    try fixture.run("ALTER ROLE \(role) SET synchronous_commit = remote_apply")
    let stronger = try PostgreSQLConnection.session(
      try fixture.address(role: role), statements: [])
    #expect(try stronger.readSettings().synchronousCommit == "remote_apply")
  }

  // MARK: Roles

  @Test func aRoleThatMayNotMakeTablesIsToldWhatToDo() async throws {
    try fixture.run(
      """
      CREATE ROLE \(fixture.schema) LOGIN; GRANT USAGE ON SCHEMA \(fixture.schema) \
      TO \(fixture.schema);
      """)
    let error = try #require(await fixture.openError(role: fixture.schema))
    #expect("\(error)".hasSuffix("provisiond journal schema --role ROLE | psql URL"), "\(error)")
    try fixture.run(PostgreSQLScript.text(role: nil))
    let lacking = try #require(await fixture.openError(role: fixture.schema))
    #expect("\(lacking)".contains("GRANT SELECT, INSERT ON audit_record TO"), "\(lacking)")
  }

  @Test func aRestrictedRoleServesAndCannotChangeRecords() async throws {
    let role = fixture.schema
    try fixture.run(
      """
      CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA \(fixture.schema) TO \(role);
      \(PostgreSQLScript.text(role: role))
      """)
    let journal = try fixture.open(role: role)
    try await CreationStoreContract(
      store: journal.creations, other: journal.creations
    ).holds()
    await journal.close()
    for statement in [
      "UPDATE audit_record SET kind = ''", "DELETE FROM audit_record", "TRUNCATE audit_record",
      "DROP TRIGGER audit_record_append_only ON audit_record", "UPDATE meta SET value = ''",
      "ALTER TABLE audit_record DISABLE TRIGGER ALL",
    ] {
      // 42501: insufficient_privilege.
      #expect(throws: PostgreSQLError.refused(state: "42501", table: nil), "\(statement)") {
        try PostgreSQLConnection(try fixture.address(role: role), within: .seconds(30))
          .run(script: statement, within: .seconds(30))
      }
    }
  }

  // MARK: Replicas

  @Test func callsOfOneKeyOnTwoReplicasMakeOneRequest() async throws {
    let journals = [try fixture.open(), try fixture.open()]
    let sent = Sent()
    let gate = Gate()
    let coordinators = journals.map {
      $0.makeCoordinator(
        directory: ScriptedDirectory(answer: { _ in
          sent.count.withLock { $0 += 1 }
          await gate.wait()
          return .created()
        }), logger: .silent)
    }
    let key = Identifier.random.description
    let replies = try await withThrowingTaskGroup(of: CreationReply.self) { tasks in
      for number in 0..<16 {
        tasks.addTask {
          let request = CreationRequest(
            intent: .example(username: "ada", requestID: key), canonicalBytes: Sensitive("a"),
            deadline: nil)
          return try await coordinators[number % 2].create(request) { _ in }
        }
      }
      tasks.addTask {
        try await until { sent.count.withLock { $0 } == 1 }
        gate.open()
        let request = CreationRequest(
          intent: .example(username: "ada", requestID: key), canonicalBytes: Sensitive("a"),
          deadline: nil)
        return try await coordinators[0].create(request) { _ in }
      }
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(sent.count.withLock { $0 } == 1)
    #expect(Set(replies.map(\.creation.id)).count == 1)
    #expect(replies.count { !$0.isReplayed } == 1)
    for journal in journals { await journal.close() }
  }

  @Test func aCallThatAnotherReplicaHoldsEndsWithItsDeadline() async throws {
    let journals = [try fixture.open(), try fixture.open()]
    let gate = Gate()
    let sent = Gate()
    let coordinators = journals.map {
      $0.makeCoordinator(
        directory: ScriptedDirectory(answer: { _ in
          sent.open()
          await gate.wait()
          return .created()
        }), logger: .silent)
    }
    let intent = CreationIntent.example()
    let first = Task {
      try await coordinators[0].create(
        CreationRequest(intent: intent, canonicalBytes: Sensitive("a"), deadline: nil)
      ) { _ in }
    }
    await sent.wait()
    let second = CreationRequest(
      intent: intent, canonicalBytes: Sensitive("a"), deadline: .now + .milliseconds(300))
    await #expect {
      try await coordinators[1].create(second) { _ in }
    } throws: { error in
      if case ProvisioningError.inProgress = error { true } else { false }
    }
    gate.open()
    #expect(try await first.value.creation.state == .succeeded)
    for journal in journals { await journal.close() }
  }

  /// What a killed replica left under way is taken up by another when its lease has ended.
  @Test func anotherReplicaTakesUpWhatWasLeft() async throws {
    let journal = try fixture.open()
    let example = CreationIntent.example()
    let marker = UserAttribute(
      name: "custom:creation_id", value: example.reference.creationID.description)
    let intent = example.with(
      .recorded(
        pool: .example, username: "ada", userAttributes: [marker], validationData: [],
        forceAliasCreation: false, messageAction: .suppress, desiredDeliveryMediums: [],
        clientMetadata: []))
    var creation = Creation.example(intent)
    creation.leaseEnd = FixedClock.microseconds - 1
    #expect(try await journal.creations.write(.init(from: nil, creation: creation)) == .written)
    let user = User(username: "ada", attributes: [marker], pool: .example)
    let coordinator = journal.makeCoordinator(
      directory: ScriptedDirectory(
        answer: { _ in
          Issue.record("sent again")
          return .created()
        }, lookUp: { _ in .found(user) }), logger: .silent)
    try await coordinator.start()
    let found = try await coordinator.creation(.id(creation.id), waitingAtMost: .seconds(30))
    #expect(found?.state == .reconciledCreated && found?.fence == 2)
    await journal.close()
  }
}

/// Requests that reached the directory.
private final class Sent: Sendable {
  let count = Mutex(0)
}
