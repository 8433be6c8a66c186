import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

/// JOURNAL_TAMPERINGS sets how many there are for each store (110; the goal is 1,000).
private let tamperings =
  ProcessInfo.processInfo.environment["JOURNAL_TAMPERINGS"].flatMap { Int($0) } ?? 110

@Suite("A journal that was tampered with", .timeLimit(.minutes(30)))
struct TamperingTests {
  private static let creations = 24

  /// Each has to be found against a checkpoint that was kept; and those that fit in themselves, only so.
  private func check(
    _ journal: TamperedJournal,
    verify: (SignedCheckpoint?) throws -> JournalVerification.Report
  ) throws {
    let anchor = try #require(SignedCheckpoint(journal.head.note))
    var generator = SplitMix(seed: 20_251_121)
    for number in 0..<tamperings {
      let tampering = Tampering.allCases[number % Tampering.allCases.count]
      try tampering.apply(to: journal, using: &generator)
      #expect(throws: JournalVerification.Finding.self, "\(tampering), number \(number)") {
        try verify(anchor)
      }
      guard tampering.isConsistent, number < Tampering.allCases.count else { continue }
      #expect(throws: Never.self, "\(tampering), number \(number)") { try verify(nil) }
    }
    try journal.leave(journal.rows, journal.head)
    #expect(try verify(anchor).records == journal.rows.count)
  }

  private static let directory = ScriptedDirectory { _ in .created() }

  /// Two for each creation.
  private func makeRecords(_ creations: CreationCoordinator) async throws {
    for _ in 0..<Self.creations {
      let request = CreationRequest(
        intent: .example(), canonicalBytes: Sensitive("a"), deadline: nil)
      _ = try await creations.create(request, willBegin: { _ in })
    }
  }

  private func rows(_ records: [ExaminedRecord]) -> [TamperedRow] {
    records.map {
      TamperedRow(
        sequence: $0.sequence, time: $0.time ?? 0, columns: $0.columns.values)
    }
  }

  @Test func isFoundInSQLite() async throws {
    let fixture = try JournalFixture()
    let opened = try fixture.open()
    try await makeRecords(opened.makeCoordinator(directory: Self.directory, logger: .silent))
    let signer = try #require(opened.proofs).signer
    await opened.close()
    let source = try SQLiteVerification(path: fixture.path)
    let (records, head) = try source.records(from: 0, limit: 1000)
    let queue = try DatabaseQueue(path: fixture.path)
    try queue.inDatabase { db in
      try db.execute(
        sql: """
          DROP TRIGGER audit_record_no_update; DROP TRIGGER audit_record_no_delete;
          CREATE TABLE creation_before AS SELECT * FROM creation;
          """)
    }
    let journal = TamperedJournal(
      run: { script in try queue.write { try $0.execute(sql: script) } },
      literal: { value in
        switch value {
        case .null: "NULL"
        case .integer(let integer): "\(integer)"
        case .text(let text): "'\(text)'"
        case .bytes(let bytes): "x'\(hexadecimal(bytes))'"
        }
      },
      places: { row in "\(row.sequence), \(row.time)" }, numbering: "seq, hlc_us",
      signer: signer, rows: rows(records), head: head)
    try check(journal) {
      try JournalVerification(anchor: $0).run(sqlitePath: fixture.path)
    }
  }

  @Test func isFoundInPostgreSQL() async throws {
    let fixture = try PostgreSQLFixture()
    let opened = try fixture.open()
    try await makeRecords(opened.makeCoordinator(directory: Self.directory, logger: .silent))
    let signer = try #require(opened.proofs).signer
    await opened.close()
    let (records, head) = try PostgreSQLVerification(address: try fixture.address())
      .records(from: 0, limit: 1000)
    try #require(records.count == 2 * Self.creations)
    try fixture.run(
      """
      ALTER TABLE audit_record DISABLE TRIGGER ALL;
      CREATE TABLE creation_before AS SELECT * FROM creation;
      """)
    let connection = try PostgreSQLConnection(try fixture.address(), within: .seconds(30))
    let journal = TamperedJournal(
      run: { try connection.run(script: $0, within: .seconds(30)) },
      literal: { value in
        switch value {
        case .null: "NULL"
        case .integer(let integer): "\(integer)"
        case .text(let text): "'\(text)'"
        case .bytes(let bytes): "'\\x\(hexadecimal(bytes))'::bytea"
        }
      },
      places: { row in "\(row.sequence), \(row.sequence - 1), \(row.time)" },
      numbering: "seq, tree_index, hlc_us", signer: signer, rows: rows(records), head: head)
    try check(journal) {
      try JournalVerification(anchor: $0).run(address: try fixture.address())
    }
  }
}

/// The same numbers each time.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
