import Foundation
import Synchronization
import Testing

@testable import Journal
@testable import Provisioning

/// SEALED_RECORDS sets how many records are followed (4,000; the goal is 1,000,000).
private let recordCount =
  ProcessInfo.processInfo.environment["SEALED_RECORDS"].flatMap { Int($0) } ?? 4000

@Suite("The tree of several replicas", .timeLimit(.minutes(60)))
struct PostgreSQLSealerTests {
  private static let replicas = 3
  private static let groupSize = 50

  /// What the writers have written.
  private final class Course: Sendable {
    let written = Mutex<Set<Identifier>>([])
    /// Whether that is all.
    let isWritten = Atomic(false)
  }

  let fixture: PostgreSQLFixture

  init() throws {
    fixture = try PostgreSQLFixture()
  }

  private func sealer() throws -> (PostgreSQLSealer, CheckpointSigner) {
    let opened = try PostgreSQLOpening(address: try fixture.address(), logger: .silent)
      .open(keysDirectory: fixture.keys, upstream: .sandbox)
    return (
      PostgreSQLSealer(address: try fixture.address(), signer: opened.signer, logger: .silent),
      opened.signer
    )
  }

  private func reader() throws -> PostgreSQLReader {
    PostgreSQLReader(
      address: try fixture.address(), statements: PostgreSQLTreeReader.statements, logger: .silent)
  }

  private static func group(_ size: Int) -> [JournalEntry] {
    (0..<size).map { _ in
      JournalEntry(
        record: JournalRecord(AuditEvent(id: .random, denial: .example(), wallMicroseconds: 0)))
    }
  }

  /// Draws numbers and writes nothing, or writes long after it drew them.
  private static func disturb(_ address: PostgreSQLAddress, isAborted: Bool) throws -> Identifier? {
    let record = JournalRecord(
      AuditEvent(id: .random, denial: .example(), wallMicroseconds: 0))
    let connection = try PostgreSQLConnection.session(
      address, statements: PostgreSQLWrites.statements)
    // In other words than a sealer's, see cutSealers.
    try connection.run(script: "START TRANSACTION", within: .seconds(30))
    let call = PostgreSQLWrites.call(for: JournalEntry(record: record))
    _ = try connection.each([call], within: .seconds(30)).map { try $0.get() }
    usleep(50_000)
    try connection.run(script: isAborted ? "ABORT" : "END", within: .seconds(30))
    return isAborted ? nil : record.event.id
  }

  /// Three replicas write, one transaction of twenty is aborted, one commits late, and the connection
  /// of whoever seals is cut again and again.
  @Test func isFollowedOnceAndInOrder() async throws {
    let sealers = try (0..<Self.replicas).map { _ in try sealer() }
    let address = try fixture.address()
    let course = Course()
    async let followed = follow(course)
    async let cuts = cutSealers(course)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<Self.replicas {
        tasks.addTask {
          let store = PostgreSQLStore(address: address)
          defer { store.close() }
          for number in 0..<recordCount / (Self.replicas * Self.groupSize) {
            let group = Self.group(Self.groupSize)
            #expect(store.commit(group) == .committed(refusals: [:]))
            var ids = group.compactMap { $0.record?.event.id }
            if number % 20 == 0 { _ = try Self.disturb(address, isAborted: true) }
            if number % 20 == 10, let late = try Self.disturb(address, isAborted: false) {
              ids.append(late)
            }
            course.written.withLock { $0.formUnion(ids) }
          }
        }
      }
      try await tasks.waitForAll()
    }
    course.isWritten.store(true, ordering: .relaxed)
    let records = try await followed
    #expect(try await cuts > 0)
    #expect(records.count == course.written.withLock(\.count))
    #expect(Set(records) == course.written.withLock { $0 })
    for sealer in sealers { await sealer.0.close() }
    let report = try JournalVerification(keys: sealers[0].1.verifierKeys).run(address: address)
    #expect(report.treeSize == Int64(records.count))
  }

  /// - Returns: the events in the order of the tree.
  private func follow(_ course: Course) async throws -> [Identifier] {
    let connection = try reader()
    defer { connection.close() }
    let reader = PostgreSQLTreeReader(reader: connection)
    var ids: [Identifier] = []
    while true {
      let mayEnd = course.isWritten.load(ordering: .relaxed)
      let page = try await reader.records(from: Int64(ids.count), limit: 1000)
      for record in page {
        #expect(record.treeIndex == Int64(ids.count))
        ids.append(try #require(try record.event()).id)
      }
      if page.isEmpty {
        if mayEnd, ids.count >= course.written.withLock(\.count) { return ids }
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// - Returns: how often.
  private func cutSealers(_ course: Course) async throws -> Int {
    var cuts = 0
    while !course.isWritten.load(ordering: .relaxed) || cuts == 0 {
      try await Task.sleep(for: .milliseconds(150))
      cuts += try fixture.texts(
        """
        SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
        WHERE application_name = '\(fixture.schema)' AND query IN ('BEGIN', 'COMMIT', 'ROLLBACK')
          AND pid <> pg_backend_pid() LIMIT 1
        """
      ).count
    }
    return cuts
  }

  /// A replica that stops in the middle, as a machine does that hangs: its transaction is open, and its
  /// connection stays.
  @Test func goesOnWhereOneReplicaHangs() async throws {
    let (first, signer) = try sealer()
    await first.close()
    let hanging = try PostgreSQLConnection.session(try fixture.address(), statements: [])
    try hanging.run(
      script: "SET idle_in_transaction_session_timeout = 1000", within: .seconds(30))
    try hanging.run(
      script: "BEGIN; SELECT pg_advisory_xact_lock(\(PostgreSQLSealer.lockID))",
      within: .seconds(30))
    let store = PostgreSQLStore(address: try fixture.address())
    #expect(store.commit(Self.group(3)) == .committed(refusals: [:]))
    let second = PostgreSQLSealer(
      address: try fixture.address(), signer: signer, logger: .silent)
    let connection = try reader()
    let reader = PostgreSQLTreeReader(reader: connection)
    try await until { try await reader.sealedSize() == 3 }
    #expect(throws: PostgreSQLError.self) {
      try hanging.run(script: "COMMIT", within: .seconds(30))
    }
    await second.close()
    connection.close()
    store.close()
  }

  /// A sealer whose connection is lost just before its end connects once more. Again and again, because
  /// it may have noticed by itself.
  @Test func theLastRecordsAreSealedThoughTheConnectionIsLost() async throws {
    let store = PostgreSQLStore(address: try fixture.address())
    for round in 1...5 {
      let (sealer, _) = try sealer()
      let idle =
        "application_name = '\(fixture.schema)' AND state = 'idle' AND query = 'ROLLBACK'"
      try await until {
        try !fixture.texts("SELECT pid::text FROM pg_stat_activity WHERE \(idle)").isEmpty
      }
      #expect(store.commit(Self.group(1)) == .committed(refusals: [:]))
      _ = try fixture.texts(
        "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE \(idle)")
      await sealer.close()
      #expect(
        try fixture.texts("SELECT count(tree_index)::text FROM audit_record") == ["\(round)"])
    }
    store.close()
  }

  /// Two journals may share a database: the end of one does not depend on who seals the other.
  @Test func anotherJournalsSealerHoldsUpNothing() async throws {
    let other = try PostgreSQLFixture()
    await (try other.open()).close()
    let holder = try PostgreSQLConnection.session(try other.address(), statements: [])
    try holder.run(
      script: "BEGIN; SELECT pg_advisory_xact_lock(\(PostgreSQLSealer.lockID))",
      within: .seconds(30))
    let (sealer, _) = try sealer()
    let store = PostgreSQLStore(address: try fixture.address())
    #expect(store.commit(Self.group(1)) == .committed(refusals: [:]))
    await sealer.close()
    #expect(try fixture.texts("SELECT count(tree_index)::text FROM audit_record") == ["1"])
    store.close()
    try holder.run(script: "COMMIT", within: .seconds(30))
  }

  @Test func aRecordGetsItsPlaceOnce() async throws {
    let (sealer, _) = try sealer()
    let store = PostgreSQLStore(address: try fixture.address())
    #expect(store.commit(Self.group(2)) == .committed(refusals: [:]))
    let connection = try reader()
    let reader = PostgreSQLTreeReader(reader: connection)
    try await until { try await reader.sealedSize() == 2 }
    connection.close()
    await sealer.close()
    #expect(
      try fixture.texts("SELECT tree_index::text FROM audit_record ORDER BY seq") == ["0", "1"])
    for statement in [
      "UPDATE audit_record SET tree_index = 7 WHERE seq = 1",
      "UPDATE audit_record SET tree_index = NULL", "UPDATE audit_record SET hlc_us = 0",
      "UPDATE audit_record SET tree_index = tree_index",
    ] {
      #expect(throws: PostgreSQLError.self, "\(statement)") {
        try fixture.run(statement)
      }
    }
    #expect(store.commit(Self.group(1)) == .committed(refusals: [:]))
    #expect(throws: PostgreSQLError.self) {
      try fixture.run(
        "UPDATE audit_record SET tree_index = 2, kind = 'failed' WHERE tree_index IS NULL")
    }
    store.close()
  }
}
