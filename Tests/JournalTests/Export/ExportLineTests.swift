import Foundation
import Testing

@testable import Journal
@testable import Provisioning

@Suite struct ExportLineTests {
  private func line(_ record: SealedRecord) throws -> [String: Any] {
    var bytes: [UInt8] = []
    try ExportLine(source: "journal.example").append(record, to: &bytes)
    #expect(bytes.last == UInt8(ascii: "\n") && !bytes.dropLast().contains(UInt8(ascii: "\n")))
    return try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  private func sealed(_ event: AuditEvent, index: Int64 = 7) -> SealedRecord {
    let record = JournalRecord(event)
    return SealedRecord(treeIndex: index, record: record.bytes, leafHash: record.leafHash)
  }

  @Test(arguments: AuditEvent.Kind.allCases) func everyKindHasAClass(kind: AuditEvent.Kind) throws {
    var event = JournalRecordTests.full
    event.kind = kind
    let line = try line(sealed(event))
    let data = try #require(line["data"] as? [String: Any])
    let (uid, activity) = (data["class_uid"] as? Int, data["activity_id"] as? Int)
    #expect([3001, 6002, 6003].contains(uid))
    #expect(try #require(data["type_uid"] as? Int) == (uid ?? 0) * 100 + (activity ?? 0))
    #expect(line["type"] as? String == "provisioning.v1.audit.\(kind.rawValue)")
    #expect(line["id"] as? String == event.id.description)
    #expect(line["source"] as? String == "journal.example")
    #expect(line["sequence"] as? String == "00000000000000000007")
  }

  @Test func theRecordStandsInItAsItIsStored() throws {
    let record = sealed(JournalRecordTests.full)
    let data = try line(record)["data"] as? [String: Any]
    let text = try #require(data?["raw_data"] as? String)
    #expect(Data(text.utf8) == record.record)
    #expect(JournalRecord.leafHash(of: Data(text.utf8)) == record.leafHash)
  }

  /// Retention leaves no gap.
  @Test func aRecordThatIsNotKeptHasItsPlaceAndItsHash() throws {
    let hash = Data(repeating: 0xAB, count: 32)
    let line = try line(SealedRecord(treeIndex: 12, record: nil, leafHash: hash))
    let data = try #require(line["data"] as? [String: Any])
    let unmapped = try #require(data["unmapped"] as? [String: Any])
    #expect(line["type"] as? String == "provisioning.v1.audit.expired")
    #expect(unmapped["leaf_hash"] as? String == String(repeating: "ab", count: 32))
    #expect(unmapped["tree_index"] as? Int == 12 && data["raw_data"] == nil)
  }

  @Test func aRecordThatIsNotWhatItsHashSaysEndsTheExport() {
    let record = JournalRecord(JournalRecordTests.sparse)
    let forged = SealedRecord(
      treeIndex: 3, record: record.bytes + Data(" ".utf8), leafHash: record.leafHash)
    var bytes: [UInt8] = []
    #expect(throws: JournalError.unavailable("the audit record at index 3 is damaged")) {
      try ExportLine(source: "").append(forged, to: &bytes)
    }
    #expect(bytes.isEmpty)
  }
}
