import SigV4
import Testing

@Suite struct CanonicalRequestTests {
  @Test(arguments: [
    ("plain", "plain"), ("", ""), ("  a", "a"), ("a  ", "a"), ("a  b", "a b"),
    (" a   b c ", "a b c"), ("\ta\tb", "a b"), ("   ", ""), ("a b", "a b"),
  ])
  func headerValuesAreTrimmed(value: String, expected: String) {
    let request = CanonicalRequest(
      method: "GET", path: "/p", query: "a=1&b=2",
      headers: [.init(name: "a", value: value), .init(name: "b", value: "x")],
      payloadHash: Array("HASH".utf8))
    #expect(
      String(decoding: request.bytes, as: UTF8.self)
        == "GET\n/p\na=1&b=2\na:\(expected)\nb:x\n\na;b\nHASH")
  }
}
