import Testing

@testable import Journal
@testable import Provisioning

@Suite(.timeLimit(.minutes(2)))
struct PostgreSQLCreationStoreTests {
  let fixture: PostgreSQLFixture

  init() throws {
    fixture = try PostgreSQLFixture()
  }

  @Test func theContractHoldsOfTwoReplicas() async throws {
    let replicas = [try fixture.open(), try fixture.open()]
    try await until { replicas.allSatisfy(\.statistics.isAdmitting) }
    try await CreationStoreContract(
      store: replicas[0].creations, other: replicas[1].creations
    ).holds()
    for replica in replicas { #expect(await replica.close() == nil) }
  }

  @Test func eachRecordedChangeHasItsRecord() async throws {
    let journal = try fixture.open()
    let creation = Creation.example(.example())
    _ = try await journal.creations.write(.init(from: nil, creation: creation))
    let step = try #require(
      creation.step(.answered(.created()), now: creation.createTime + 9, leaseEnd: 0))
    let change = CreationTransition(
      from: creation.stamp, creation: step.creation, duration: .microseconds(9))
    _ = try await journal.creations.write(change)
    // Refused: there is no record of what did not happen.
    #expect(try await journal.creations.write(change) == .superseded(step.creation))
    let events = try await journal.events(AuditQuery(creationID: creation.id)).events
    #expect(events.map(\.kind) == [.created, .intended])
    #expect(events.map(\.durationMicroseconds) == [9, nil])
    #expect(events[0].wallMicroseconds == creation.createTime + 9)
    #expect(events[0].sub == "sub-1")
    await journal.close()
  }
}
