import Testing

@testable import Cognito

@Suite struct AnswerReaderTests {
  static let headLimit = 1024
  static let bodyLimit = 64

  /// What was made of bytes that came in pieces of `size`.
  static func read(
    _ text: String, pieces size: Int = .max
  ) throws(TransportFault) -> AnswerReader {
    var reader = AnswerReader(maximumHeadByteCount: headLimit, maximumBodyByteCount: bodyLimit)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(size))
      rest = rest.dropFirst(size)
      try reader.read(piece.span)
    }
    return reader
  }

  struct Whole: Sendable, CustomTestStringConvertible {
    var text: String
    var status = 200
    var body = "{}"
    var keepsAlive = true

    var testDescription: String { text }
  }

  static let whole = [
    Whole(text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    Whole(text: "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}"),
    Whole(text: "HTTP/1.1 200 \r\ncontent-length:2\r\n\r\n{}"),
    Whole(text: "HTTP/1.1 200 \u{e4}\t!\r\nCONTENT-LENGTH:\t 2 \t\r\n\r\n{}"),
    Whole(text: "HTTP/1.1 200 OK\r\nX:\r\nY: \u{e4}\r\nContent-Length: 02\r\n\r\n{}"),
    Whole(text: "HTTP/1.1 599 No\r\nContent-Length: 0\r\n\r\n", status: 599, body: ""),
    Whole(text: "HTTP/1.1 204 No\r\n\r\n", status: 204, body: ""),
    Whole(text: "HTTP/1.1 304 No\r\nContent-Length: 2\r\n\r\n", status: 304, body: ""),
    Whole(text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    Whole(
      text: "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1\r\n{\r\n01\r\n}\r\n0\r\n\r\n"),
    Whole(
      text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\n{}\r\n0;c\r\n"
        + "Trailer: 1\r\nAnother: 2\r\n\r\n"),
    Whole(
      text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\nDate: y\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    Whole(
      text: "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n{}",
      keepsAlive: false),
    Whole(
      text: "HTTP/1.1 200 OK\r\nConnection: x , close\r\nConnection: keep-alive\r\n"
        + "Content-Length: 2\r\n\r\n{}", keepsAlive: false),
    Whole(text: "HTTP/1.1 200 OK\r\nConnection: closer, \r\nContent-Length: 2\r\n\r\n{}"),
    Whole(text: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", keepsAlive: false),
    Whole(text: "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n{}"),
  ]

  @Test(arguments: whole, [1, 2, 3, 7, .max])
  func aWholeAnswerIsRead(_ example: Whole, pieces: Int) throws {
    let reader = try Self.read(example.text, pieces: pieces)
    #expect(reader.isDone)
    #expect(reader.answer.status == example.status)
    #expect(String(decoding: reader.answer.body, as: UTF8.self) == example.body)
    #expect(reader.keepsAlive == example.keepsAlive)
  }

  @Test(arguments: whole)
  func nothingLessIsWhole(_ example: Whole) throws {
    for count in 0..<example.text.utf8.count {
      let text = String(decoding: Array(example.text.utf8.prefix(count)), as: UTF8.self)
      // A character that was cut in two has become another, which counts as text too.
      guard text.utf8.count == count else { continue }
      #expect(try !Self.read(text).isDone)
    }
  }

  @Test(arguments: whole)
  func whatComesBehindAnAnswerEndsItsConnection(_ example: Whole) throws {
    let reader = try Self.read(example.text + "HTTP/1.1 200 OK\r\n\r\n")
    #expect(reader.isDone)
    #expect(String(decoding: reader.answer.body, as: UTF8.self) == example.body)
    #expect(!reader.keepsAlive)
  }

  @Test(arguments: [
    "\r\nHTTP/1.1 200 OK\r\n\r\n", " HTTP/1.1 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
    "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.11 200 OK\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 200 O\u{0}K\r\n\r\n",
    "HTTP/1.1 200 O\rK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "HTTP/1.1 \r\n\r\n", "HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2", "\u{0}", "<html>",
  ])
  func aWrongStatusLineIsMalformed(_ text: String) {
    #expect(throws: TransportFault.malformed) { try Self.read(text) }
  }

  @Test(arguments: [
    "X\r\n", ": x\r\n", "X : x\r\n", " X: x\r\n", "X: a\r\n b\r\n", "X: a\r\n\tb\r\n",
    "X: a\nY: b\r\n", "X: a\rb\r\n", "X: a\u{0}b\r\n", "X: a\u{7F}b\r\n", "X\u{e4}: a\r\n",
    "X(: a\r\n", "Content-Length: -1\r\n", "Content-Length: +1\r\n", "Content-Length: 1 1\r\n",
    "Content-Length: 0x1\r\n", "Content-Length:\r\n", "Content-Length: 1,1\r\n",
    "Content-Length: 99999999999999999999\r\n", "Content-Length: 65\r\n",
    "Content-Length: 2\r\nContent-Length: 2\r\n", "Transfer-Encoding: gzip\r\n",
    "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
    "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding:\r\n",
  ])
  func aWrongFieldIsMalformed(_ fields: String) {
    #expect(throws: TransportFault.malformed) {
      try Self.read("HTTP/1.1 200 OK\r\n\(fields)\r\n")
    }
  }

  @Test func aChunkOfHTTP10IsMalformed() {
    #expect(throws: TransportFault.malformed) {
      try Self.read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    }
  }

  @Test(arguments: [
    "\r\n", ";a\r\n", "x\r\n", "-1\r\n", " 1\r\n", "1 \r\n", "1\n", "0x1\r\n", "2\r\n{}x",
    "2\r\n{}\n",
    "41\r\n", "fffffffffffffffff\r\n", "0\r\nX\r\n\r\n", "0\r\n\n", "0\r\n X: a\r\n\r\n",
    "1;" + String(repeating: "a", count: 300), "0\r\nX: a\nY: b\r\n\r\n",
  ])
  func aWrongChunkIsMalformed(_ chunks: String) {
    // The sizes that are too large are refused by the data that follows them.
    let data = String(repeating: " ", count: Self.bodyLimit + 1)
    #expect(throws: TransportFault.malformed) {
      try Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)\(data)")
    }
  }

  @Test(
    arguments: [
      "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 ", "HTTP/1.1 200 OK\r\nX",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
    ], [1, 100, .max])
  func anEndlessHeadIsMalformed(_ start: String, pieces: Int) {
    #expect(throws: TransportFault.malformed) {
      try Self.read(start + String(repeating: "a", count: Self.headLimit), pieces: pieces)
    }
  }

  @Test func endlessInterimAnswersAreMalformed() {
    #expect(throws: TransportFault.malformed) {
      try Self.read(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: Self.headLimit / 20))
    }
  }

  @Test(
    arguments: [
      "HTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n"
        + String(repeating: "a", count: 32) + "\r\n21\r\n",
    ], [1, 10, .max])
  func anEndlessBodyIsMalformed(_ start: String, pieces: Int) {
    #expect(throws: TransportFault.malformed) {
      try Self.read(start + String(repeating: "a", count: Self.bodyLimit + 1), pieces: pieces)
    }
  }

  @Test func theHeadIsKnownWhenTheBodyIsRefused() {
    var reader = AnswerReader(maximumHeadByteCount: 100, maximumBodyByteCount: 2)
    let text = Array(
      "HTTP/1.1 400 No\r\nx-amzn-ErrorType: A:\r\nContent-Length: 3\r\n\r\n".utf8)
    #expect(throws: TransportFault.malformed) { try reader.read(text.span) }
    #expect(reader.hasHead && !reader.isDone)
    #expect((reader.answer.status, reader.answer.errorType) == (400, "A:"))
  }

  @Test func aBodyWithoutLengthEndsWithTheConnection() throws {
    var reader = try Self.read("HTTP/1.1 200 OK\r\n\r\n{}")
    #expect(!reader.isDone)
    let ends = reader.end()
    #expect(ends)
    #expect(reader.isDone && !reader.keepsAlive)
    #expect(reader.answer.body == Array("{}".utf8))
  }

  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
  ])
  func noOtherAnswerEndsWithTheConnection(_ text: String) throws {
    var reader = try Self.read(text)
    let ends = reader.end()
    #expect(!ends)
    #expect(!reader.isDone)
  }

  @Test func theFactsOfTheHeadAreRead() throws {
    let answer = try Self.read(
      "HTTP/1.1 429 Slow\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nAGE: 1\r\n"
        + "x-amzn-RequestId: 55ae-1\r\nX-Amzn-Errortype: ns#A:http://x\r\n"
        + "x-amz-retry-after: 1500\r\nContent-Length: 0\r\n\r\n"
    ).answer
    #expect((answer.date, answer.hasAge, answer.retryAfter) == (784_111_777, true, 1500))
    #expect((answer.requestID, answer.errorType) == ("55ae-1", "ns#A:http://x"))
  }

  @Test(arguments: [
    "Date: yesterday", "x-amz-retry-after: -1", "x-amz-retry-after: soon",
    "x-amzn-RequestId: a b", "x-amzn-RequestId: " + String(repeating: "a", count: 65), "Ag: 1",
  ])
  func aFactThatIsNoneIsLeftOut(_ field: String) throws {
    let answer = try Self.read("HTTP/1.1 200 OK\r\n\(field)\r\nContent-Length: 0\r\n\r\n").answer
    #expect(answer.date == nil && answer.retryAfter == nil && answer.requestID == nil)
    #expect(!answer.hasAge)
  }
}
