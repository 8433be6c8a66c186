import Testing

@testable import HTTP2

@Suite struct HeaderFieldsTests {
  @Test func keepsOrderAndRepeatedNames() {
    var fields: HeaderFields = [":path": "/a", "x": "1", "y": "", "x": "2"]
    fields.append(name: "z", valueBytes: [0x31])
    #expect(fields.map(\.name) == [":path", "x", "y", "x", "z"])
    #expect(fields.map(\.value) == ["/a", "1", "", "2", "1"])
    #expect(fields.values(named: "x") == ["1", "2"])
    #expect(fields.first(named: "x") == "1")
    #expect(fields.first(named: "y") == "")
    #expect(fields.first(named: "xx") == nil)
    #expect(fields.contains(named: "z"))
    #expect(!fields.contains(named: "Z"))
  }

  @Test func keepsBytesThatAreNotText() {
    var fields = HeaderFields()
    fields.append(name: "v", valueBytes: [0x61, 0xff, 0x62])
    #expect(fields.firstBytes(named: "v").map(Array.init) == [0x61, 0xff, 0x62])
    #expect(fields.first(named: "v") == "a\u{fffd}b")
  }

  @Test func countsItsSizeAsTheSettingDoes() {
    let fields: HeaderFields = ["name": "value", "n": ""]
    #expect(fields.listSize == 4 + 5 + 32 + 1 + 32)
  }

  @Test func hidesValuesInDescriptions() {
    let fields: HeaderFields = ["authorization": "Bearer secret"]
    var dumped = ""
    dump(fields, to: &dumped)
    for text in ["\(fields)", String(reflecting: fields), dumped] {
      #expect(text.contains("authorization"))
      #expect(!text.contains("secret"))
    }
  }

  @Test func comparesFields() {
    let fields: HeaderFields = ["a": "bc"]
    #expect(fields == ["a": "bc"])
    #expect(fields != ["ab": "c"])
    #expect(fields != ["a": "bc", "d": "e"])
  }
}
