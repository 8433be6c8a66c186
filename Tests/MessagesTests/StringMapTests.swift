import Messages
import Testing

@Suite struct StringMapTests {
  @Test("Of a repeated key the last value wins, in the place of the first")
  func repeatedKey() throws {
    func entry(_ key: String, _ value: String) -> [UInt8] {
      WireBytes.field(9, WireBytes.field(1, key) + WireBytes.field(2, value))
    }
    let bytes = entry("a", "1") + entry("b", "2") + entry("a", "3")
    let read = try ProvisioningV1.CreateUserRequest(serializedBytes: bytes.span)
    #expect(
      read.clientMetadata.entries == [.init(key: "a", value: "3"), .init(key: "b", value: "2")])
  }

  @Test("Many entries are the same as few", arguments: [1, 15, 16, 17, 18, 500])
  func many(_ count: Int) {
    let entries = (0..<count).map { StringMap.Entry(key: "k\($0)", value: "v\($0)") }
    #expect(StringMap(entries).entries == entries)
    let again = entries.map { StringMap.Entry(key: $0.key, value: $0.value + "'") }
    #expect(StringMap(entries + again).entries == again)
  }

  @Test("Keys are compared byte by byte", arguments: [0, 20])
  func unicodeForms(_ others: Int) {
    var entries = (0..<others).map { StringMap.Entry(key: "k\($0)", value: "") }
    entries += [.init(key: "\u{E9}", value: "1"), .init(key: "e\u{301}", value: "2")]
    let map = StringMap(entries)
    #expect(map.entries.count == others + 2)
    #expect(map["\u{E9}"] == "1")
    #expect(map["e\u{301}"] == "2")
  }

  @Test("Values are set, replaced and removed")
  func subscripting() {
    var map: StringMap = ["a": "1"]
    map["b"] = "2"
    map["a"] = "3"
    #expect(map == ["a": "3", "b": "2"])
    map["a"] = nil
    map["c"] = nil
    #expect(map == ["b": "2"])
    #expect(map["a"] == nil)
    #expect(!map.isEmpty)
    #expect(StringMap().isEmpty)
  }
}
