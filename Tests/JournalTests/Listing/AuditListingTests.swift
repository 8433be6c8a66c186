import Foundation
import GRDB
import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(15)))
struct AuditListingTests {
  let fixture: JournalFixture

  init() throws {
    fixture = try JournalFixture()
  }

  @Test func everyCombinationOfConditionsHolds() async throws {
    let store = try SQLiteStore(
      path: fixture.path, keysDirectory: fixture.keys, upstream: .sandbox)
    let reader = try AuditReader(path: fixture.path)
    try await AuditListingContract(store: store, reader: reader, keys: store.keys)
      .holds(events: 300, queries: 300)
    reader.close()
    store.close()
  }

  /// Two scans of which one ended early: what the other found beyond that end waits for the next
  /// page.
  @Test func aPageEndsWhereTheFirstScanEnds() {
    func place(_ time: Int64) -> AuditPlace { AuditPlace(time: time, sequence: time) }
    let found = [
      AuditScan.Places(matching: [place(90), place(50)], end: place(40)),
      AuditScan.Places(matching: [place(80), place(30), place(20)]),
    ]
    let cut = AuditListing.page(found, size: 5)
    #expect(cut.places == [place(90), place(80), place(50)] && cut.next == place(40))
    let full = AuditListing.page(found, size: 2)
    #expect(full.places == [place(90), place(80)] && full.next == place(80))
    let last = AuditListing.page([found[1]], size: 3)
    #expect(last.places.count == 3 && last.next == nil)
  }

  @Test(arguments: AuditIndex.allCases)
  func eachScanWalksAlongItsIndex(index: AuditIndex) async throws {
    await (try fixture.open()).close()
    let plan = try SQLiteStoreTests.withDatabase(fixture.path) { db in
      try Row.fetchAll(
        db, sql: "EXPLAIN QUERY PLAN \(index.statement(SQLiteScan.dialect))",
        arguments: StatementArguments(AuditIndex.Parameter.allCases.map { _ in nil as Int? })
      ).map { $0["detail"] as String }
    }
    let walk = try #require(plan.first { $0.contains("audit_record") })
    #expect(walk.hasPrefix("SEARCH") && walk.contains("INDEX audit_record_\(index) "), "\(plan)")
    // Only the few records of one creation or request are sorted before they are counted.
    let sorts = plan.prefix { $0 != "SCAN scanned" }.contains { $0.contains("TEMP B-TREE") }
    #expect(sorts == [.creation, .request].contains(index), "\(plan)")
  }
}
