import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct PostgreSQLVerificationTests {
  let fixture: PostgreSQLFixture

  init() throws {
    fixture = try PostgreSQLFixture()
  }

  /// Verifies a journal of two creations, one of them done, after an intruder's `statement`.
  private func verify(after statement: String) async throws -> JournalVerification.Report {
    let journal = try fixture.open()
    for username in ["one", "two"] {
      let creation = Creation.example(.example(username: username))
      _ = try await journal.creations.write(.init(from: nil, creation: creation))
      guard username == "two" else { continue }
      let step = try #require(
        creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
      _ = try await journal.creations.write(
        CreationTransition(from: creation.stamp, creation: step.creation))
    }
    try await until { try await journal.sealedRecords.sealedSize() == 3 }
    if !statement.isEmpty {
      try fixture.run("ALTER TABLE audit_record DISABLE TRIGGER ALL; \(statement)")
    }
    defer { Task { await journal.close() } }
    return try JournalVerification().run(address: try fixture.address())
  }

  /// Beside the service that has it open.
  @Test func aSoundJournalIsFoundSound() async throws {
    #expect(
      try await verify(after: "")
        == JournalVerification.Report(records: 3, creations: 2, treeSize: 3))
  }

  @Test(arguments: [
    (
      "UPDATE audit_record SET leaf_hash = sha256('x') WHERE seq = 2",
      "record 2 at index 1: not what"
    ),
    (
      "UPDATE audit_record SET organization = 'evil' WHERE seq = 2",
      "record 2 at index 1: its columns differ"
    ),
    ("DELETE FROM audit_record WHERE seq = 1", "record at index 0: missing"),
    (
      "UPDATE audit_record SET tree_index = 13 - seq;"
        + "UPDATE audit_record SET tree_index = tree_index - 10", "record 2 at index 1: I8"
    ),
    ("UPDATE creation SET state = 'FAILED' WHERE state = 'SUCCEEDED'", "I10"),
    ("DELETE FROM audit_record WHERE kind = 'created'", "record at index 2: missing"),
    (
      "UPDATE audit_record SET tree_index = NULL, hlc_us = NULL WHERE seq = 3",
      "record at index 2: missing"
    ),
  ])
  func whatAnIntruderChangedIsNamed(statement: String, words: String) async throws {
    await #expect {
      try await verify(after: statement)
    } throws: { error in
      (error as? JournalVerification.Finding)?.description.contains(words) == true
    }
  }

  @Test func whatIsNoJournalCannotBeRead() throws {
    #expect(
      throws: JournalOpenError.server(
        address: try fixture.address().description,
        problem: "the server refuses (PostgreSQL error 42P01)")
    ) { try JournalVerification().run(address: try fixture.address()) }
  }
}
