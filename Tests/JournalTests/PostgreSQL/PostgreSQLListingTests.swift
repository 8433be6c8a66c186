import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(15)))
struct PostgreSQLListingTests {
  let fixture: PostgreSQLFixture

  init() throws {
    fixture = try PostgreSQLFixture()
  }

  @Test func everyCombinationOfConditionsHolds() async throws {
    await (try fixture.open()).close()
    let store = PostgreSQLStore(address: try fixture.address())
    let reader = PostgreSQLReader(
      address: try fixture.address(), statements: PostgreSQLRecordReader.statements,
      logger: .silent)
    let keys = try JournalKeys.open(directory: fixture.keys, mayCreate: false)
    try await AuditListingContract(
      store: store, reader: PostgreSQLRecordReader(reader: reader), keys: keys
    ).holds(events: 300, queries: 300)
    reader.close()
    store.close()
  }
}
