import Testing

@testable import Cognito

@Suite struct XMLReaderTests {
  private func texts(_ text: String) throws -> [String: String] {
    try XMLReader.texts(in: Array(text.utf8), at: ["a", "b"])
  }

  @Test(
    arguments: [
      ("<a><b><c>1</c><d>2</d></b></a>", ["c": "1", "d": "2"]),
      (
        "<?xml version=\"1.0\"?>\n<a xmlns=\"https://x/\" y = '>'>\n <b>\n  <c> 1 </c>\n </b>\n</a>\n",
        ["c": "1"]
      ),
      ("<a><x><c>0</c></x><b><c>&lt;&amp;&gt;&quot;&apos;</c></b></a>", ["c": "<&>\"'"]),
      ("<a><b><c/><d></d><e ></e ></b></a>", ["c": "", "d": "", "e": ""]),
      ("<a><b><c><d>1</d></c></b></a>", [:]), ("<a><b/></a>", [:]), ("<a/>", [:]),
      ("<b><c>1</c></b>", [:]),
    ] as [(String, [String: String])])
  func textsOfPlainDocuments(text: String, expected: [String: String]) throws {
    #expect(try texts(text) == expected)
  }

  @Test(arguments: [
    "", " ", "a", "<", "<a", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><a/>", "<a></a>x",
    "x<a/>", "<a>1<b/></a>", "<a><b/>1</a>", "<a><b><c>1</c><c>2</c></b></a>", "<a><b/><b/></a>",
    "<!DOCTYPE a><a/>", "<a><!-- --></a>", "<a><![CDATA[x]]></a>", "<a><?x y?></a>", "<?xml ",
    "<a><b><c>&x;</c></b></a>", "<a><b><c>&#65;</c></b></a>", "<a><b><c>&lt</c></b></a>",
    "<a><b><c>& </c></b></a>", "<a x></a>", "<a x=1></a>", "<a x='1></a>", "<a x='<'></a>",
    "<a x='1'y='2'></a>", "<1a></1a>", "< a></a>", "<a><b><c>\u{0}</c></b></a>", "<a/ >", "<ä/>",
    String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17),
    "<a>" + String(repeating: " ", count: XMLReader.maximumByteCount) + "</a>",
  ])
  func anythingElseIsRefused(text: String) {
    #expect(throws: XMLReader.Fault.self) { try texts(text) }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    let bytes = Array("<a><b><c>".utf8) + [0xFF] + Array("</c></b></a>".utf8)
    #expect(throws: XMLReader.Fault.self) { try XMLReader.texts(in: bytes, at: ["a", "b"]) }
  }

  @Test func aDocumentCutAnywhereIsRefused() {
    let text = Array("<?xml version=\"1.0\"?><a x=\"1\"><b><c>1&amp;2</c></b></a>".utf8)
    for end in text.indices {
      #expect(throws: XMLReader.Fault.self) {
        try XMLReader.texts(in: Array(text[..<end]), at: ["a", "b"])
      }
    }
  }
}
