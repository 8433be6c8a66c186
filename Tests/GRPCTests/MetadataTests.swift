import HTTP2
import Testing

@testable import GRPC

@Suite struct MetadataTests {
  private func sent(_ metadata: Metadata) -> HeaderFields {
    var section = HeaderFields()
    metadata.appendSendable(to: &section)
    return section
  }

  @Test func orderAndDuplicatesAreKept() {
    let metadata: Metadata = ["b": "1", "a": "2", "b": "3", "B": "4"]
    #expect(metadata[stringValues: "b"] == ["1", "3", "4"])
    #expect(metadata.firstString(forKey: "a") == "2")
    #expect(metadata.firstString(forKey: "c") == nil)
    #expect(sent(metadata) == ["b": "1", "a": "2", "b": "3", "b": "4"])
  }

  @Test(arguments: [
    ("AAEC", [[0, 1, 2] as [UInt8]]), ("AAE=", [[0, 1]]), ("AAE", [[0, 1]]),
    ("AAEC,AwQF", [[0, 1, 2], [3, 4, 5]]), ("AA==,AQ", [[0], [1]]),
    ("AAEC, AwQF", [[0, 1, 2], [3, 4, 5]]),
    ("", [[]]),
  ])
  func binaryValuesAreSplitThenDecoded(value: String, expected: [[UInt8]]) {
    let metadata = Metadata(received: ["x-bin": value])
    #expect(metadata.hasValidBinaryValues)
    #expect(metadata[binaryValues: "x-bin"] == expected)
    let fields = sent(metadata)
    #expect(fields.count == expected.count)
    #expect(!fields.contains { $0.value.contains("=") || $0.value.contains(",") })
  }

  @Test(arguments: ["*", "AAE,A", "A", "AA=", "a b"])
  func badBase64IsSeenAndNeverSent(value: String) {
    let metadata = Metadata(received: ["x": "*", "x-bin": "AA", "y-bin": value])
    #expect(!metadata.hasValidBinaryValues)
    #expect(sent(["y-bin": value]).allSatisfy { Base64.decode(ArraySlice($0.value.utf8)) != nil })
  }

  @Test func binaryValuesNeedABinaryKey() {
    var metadata = Metadata()
    metadata.addBinary([1, 2, 3], forKey: "X-Proof-Bin")
    metadata.addBinary([1, 2, 3], forKey: "x-proof")
    #expect(sent(metadata) == ["x-proof-bin": "AQID"])
    #expect(metadata[binaryValues: "x-proof-bin"] == [[1, 2, 3]])
  }

  @Test(arguments: [
    ":status", ":path", "", "grpc-status", "grpc-message", "grpc-encoding", "grpc-timeout",
    "grpc-accept-encoding", "grpc-anything", "content-type", "content-length", "te", "connection",
    "transfer-encoding", "host", "a b", "a\nb", "a:b", "ä", "a\u{0}", "x/y", "trailer", "upgrade",
  ])
  func reservedAndIllegalKeysStayBehind(key: String) {
    #expect(sent([key: "v", "kept": "1"]) == ["kept": "1"])
    let metadata: Metadata = [key: "v", "kept": "1"]
    #expect(metadata.map(\.name) == ["kept"])
  }

  @Test(arguments: ["grpc-retry-pushback-ms", "x-creation-id", "a.b_c-9"])
  func applicationKeysLeave(key: String) {
    #expect(sent([key: "-1"]) == [key: "-1"])
  }

  @Test(arguments: ["a\nb", "a\rb", "a\u{0}", "\u{7F}", "\u{1B}[0m"])
  func controlCharactersStayBehind(value: String) {
    #expect(sent(["x": value]).isEmpty)
  }

  @Test(arguments: [(" a ", "a"), ("\ta b\t", "a b"), ("  ", ""), ("", ""), ("grüße", "grüße")])
  func valuesAreTrimmed(value: String, expected: String) {
    #expect(sent(["x": value]) == ["x": expected])
  }

  @Test func bytesOutsideASCIIAreEchoedAsTheyCame() {
    var fields = HeaderFields()
    fields.append(name: "x-latin", valueBytes: [0x67, 0xFC, 0xDF, 0xFF])
    #expect(sent(Metadata(received: fields)) == fields)
    #expect(Metadata(received: fields).firstString(forKey: "x-latin") != nil)
  }

  @Test func iterationPassesOverReservedFieldsThatCanBeAskedFor() {
    let metadata = Metadata(received: [
      ":method": "POST", "te": "trailers", "authorization": "Bearer t",
      "grpc-previous-rpc-attempts": "1",
    ])
    #expect(metadata.map(\.name) == ["authorization"])
    #expect(metadata.firstString(forKey: "grpc-previous-rpc-attempts") == "1")
  }

  @Test func noValueIsDescribed() {
    let metadata: Metadata = ["authorization": "Bearer secret"]
    #expect(!"\(metadata)".contains("secret"))
    #expect(!String(reflecting: metadata).contains("secret"))
    var dumped = ""
    dump(metadata, to: &dumped)
    #expect(!dumped.contains("secret"))
  }
}
