import NIOCore
import Testing

@testable import HTTP2

/// A session and what it has said so far.
private final class Side {
  let session: HTTP2Session
  private var spare: [HTTP2Event] = []

  init(_ role: HTTP2Session.Role, _ limits: HTTP2Limits = HTTP2Limits()) throws {
    session = try HTTP2Session(role: role, limits: limits)
  }

  func receive(_ bytes: [UInt8]) throws {
    try session.receive(ByteBuffer(bytes: bytes))
  }

  func output() throws -> [UInt8] {
    var buffer = ByteBuffer()
    while try session.drain(into: &buffer, upTo: .max) {}
    return Array(buffer.readableBytesView)
  }

  func frames() throws -> [Frames.Frame] { Frames.parse(try output()) }

  func events() -> [HTTP2Event] {
    var events: [HTTP2Event] = []
    session.takeEvents(into: &events)
    return events
  }
}

private func handshaken(_ limits: HTTP2Limits = HTTP2Limits()) throws -> Side {
  let server = try Side(.server, limits)
  try server.receive(Frames.preface + Frames.settings())
  _ = try server.output()
  try server.receive(Frames.settingsAcknowledgement)
  return server
}

@Suite struct HTTP2SessionTests {
  @Test func announcesItsLimitsFirst() throws {
    let server = try Side(.server)
    let frames = try server.frames()
    let first = try #require(frames.first)
    #expect(first.type == 4 && first.flags == 0 && first.stream == 0)
    let announced = Set(
      stride(from: 0, to: first.payload.count, by: 6).map {
        Array(first.payload[$0..<($0 + 6)])
      })
    #expect(
      announced == [
        [0, 3] + Frames.bigEndian(256), [0, 4] + Frames.bigEndian(1 << 16),
        [0, 6] + Frames.bigEndian(16_384),
      ])
    #expect(frames.dropFirst().map(\.type) == [8])
  }

  @Test func answersARequestWithHeadersDataTrailers() throws {
    let server = try handshaken()
    try server.receive(
      Frames.headers(1, HeaderBlock.request([("te", "trailers")]), endStream: false)
        + Frames.data(1, [1, 2, 3], flags: Frames.endStream))
    let events = server.events()
    guard case .headers(let key, let fields, endStream: false)? = events.first else {
      Issue.record("no header section: \(events)")
      return
    }
    #expect(key.id == 1)
    #expect(fields.first(named: ":path") == "/a.B/C")
    #expect(fields.first(named: "te") == "trailers")
    #expect(events.count == 2)
    guard case .data(key, let range, endStream: true)? = events.last else {
      Issue.record("no body")
      return
    }
    #expect(range.count == 3)

    server.session.submitResponse([":status": "200"], endStream: false, on: key)
    server.session.send(ByteBuffer(bytes: [9, 9]), on: key)
    server.session.finish(.trailers(["grpc-status": "0"]), on: key)
    let frames = try server.frames()
    #expect(frames.map(\.type) == [1, 0, 1])
    #expect(frames.map { $0.flags & Frames.endStream } == [0, 0, 1])
    #expect(frames[1].payload == [9, 9])
    #expect(server.events() == [.closed(key, .noError)])
  }

  @Test func readsBytesOneByOne() throws {
    let server = try Side(.server)
    let bytes =
      Frames.preface + Frames.settings()
      + Frames.headers(1, HeaderBlock.request(), endStream: false)
      + Frames.data(1, [7, 8], flags: Frames.endStream)
    for byte in bytes {
      try server.receive([byte])
    }
    let key = StreamKey(id: 1, slot: 0)
    #expect(
      server.events().dropFirst() == [
        .data(key, 0..<1, endStream: false), .data(key, 0..<1, endStream: true),
      ])
  }

  @Test func resumesADeferredStreamOnBytesAndOnTrailers() throws {
    let server = try handshaken()
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: true))
    let key = StreamKey(id: 1, slot: 0)
    server.session.submitResponse([":status": "200"], endStream: false, on: key)
    #expect(try server.frames().map(\.type) == [1])
    _ = server.events()
    server.session.send(ByteBuffer(bytes: [1]), on: key)
    #expect(server.session.queuedByteCount(on: key) == 1)
    #expect(try server.frames().map(\.payload) == [[1]])
    #expect(server.events() == [.drained(key)])
    server.session.send(ByteBuffer(bytes: [2]), on: key)
    #expect(try server.frames().map(\.payload) == [[2]])
    _ = server.events()
    server.session.finish(.trailers(["t": "1"]), on: key)
    let last = try server.frames()
    #expect(last.map(\.type) == [1])
    #expect(last.map(\.flags) == [Frames.endHeaders | Frames.endStream])
    #expect(server.events() == [.closed(key, .noError)])
  }

  @Test func givesWindowBackOnlyForConsumedBytes() throws {
    var limits = HTTP2Limits()
    limits.streamWindow = 1_000
    limits.connectionWindow = 65_535
    let server = try handshaken(limits)
    try server.receive(
      Frames.headers(1, HeaderBlock.request(), endStream: false)
        + Frames.data(1, Array(repeating: 0, count: 1_000)))
    #expect(try server.frames() == [])
    let key = StreamKey(id: 1, slot: 0)
    server.session.consume(5_000, on: key)
    #expect(try server.frames() == Frames.parse(Frames.windowUpdate(1, 1_000)))
  }

  @Test func endsAStreamThatIgnoresItsWindow() throws {
    var limits = HTTP2Limits()
    limits.streamWindow = 1_000
    let server = try handshaken(limits)
    try server.receive(
      Frames.headers(1, HeaderBlock.request(), endStream: false)
        + Frames.data(1, Array(repeating: 0, count: 1_001)))
    let frames = try server.frames()
    #expect(
      frames.contains { $0.type == 3 && $0.payload == Frames.bigEndian(3) }
        || frames.contains { Frames.goawayCode($0) == 3 })
  }

  @Test func givesTheConnectionsWindowBackForClosedStreams() throws {
    var limits = HTTP2Limits()
    limits.connectionWindow = 65_535
    let server = try handshaken(limits)
    for id in [1, 3] as [Int32] {
      try server.receive(Frames.headers(id, HeaderBlock.request(), endStream: false))
      for _ in 0..<2 {
        try server.receive(Frames.data(id, Array(repeating: 0, count: 16_000)))
      }
      #expect(try server.frames() == [])
      try server.receive(Frames.reset(id, 8))
      if id == 1 { #expect(try server.frames() == []) }
    }
    #expect(try server.frames() == Frames.parse(Frames.windowUpdate(0, 64_000)))
  }

  @Test func countsPaddingAsConsumed() throws {
    var limits = HTTP2Limits()
    limits.streamWindow = 1_000
    limits.connectionWindow = 65_535
    let server = try handshaken(limits)
    let padding = [UInt8](repeating: 0, count: 255)
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: false))
    for _ in 0..<3 {
      try server.receive(Frames.data(1, [255] + padding, flags: Frames.padded))
    }
    let returned = try server.frames().filter { $0.stream == 1 && $0.type == 8 }
    #expect(!returned.isEmpty)
  }

  @Test func sendsNoMoreThanThePeersWindow() throws {
    let server = try Side(.server)
    try server.receive(Frames.preface + Frames.settings([(4, 10)]))
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: true))
    let key = StreamKey(id: 1, slot: 0)
    server.session.submitResponse([":status": "200"], endStream: false, on: key)
    server.session.send(ByteBuffer(bytes: Array(repeating: 5, count: 25)), on: key)
    server.session.finish(.trailers(["t": "1"]), on: key)
    func dataCounts() throws -> [Int] {
      try server.frames().filter { $0.type == 0 }.map(\.payload.count)
    }
    #expect(try dataCounts() == [10])
    #expect(server.session.queuedByteCount(on: key) == 15)
    try server.receive(Frames.windowUpdate(1, 10))
    #expect(try dataCounts() == [10])
    try server.receive(Frames.windowUpdate(1, 10))
    let rest = try server.frames()
    #expect(rest.map(\.type) == [0, 1])
    #expect(rest.first?.payload.count == 5)
  }

  @Test func answersAnOversizedHeaderSection() throws {
    let server = try handshaken()
    let large = HeaderBlock.request([("x", String(repeating: "v", count: 16_200))])
    try server.receive(Frames.headers(1, large, endStream: false))
    #expect(server.events() == [])
    let frames = try server.frames()
    #expect(frames.map(\.type) == [1, 3])
    #expect(frames.first?.flags == Frames.endHeaders | Frames.endStream)
    #expect(frames.last?.payload == Frames.bigEndian(0))
    try server.receive(Frames.headers(3, HeaderBlock.request(), endStream: true))
    guard case .headers? = server.events().last else {
      Issue.record("the connection did not survive")
      return
    }
  }

  @Test func countsFieldsAndNotOnlyBytes() throws {
    let server = try handshaken()
    // The sizes of the fields are small, their number is not: 32 octets are added for each.
    let many = HeaderBlock.request((0..<600).map { ("a\($0)", "") })
    try server.receive(Frames.headers(1, many, endStream: true))
    #expect(server.events() == [])
    #expect(try server.frames().map(\.type) == [1])
  }

  @Test func endsTheConnectionOnRapidResets() throws {
    let server = try handshaken()
    for index in 0..<1_500 as Range<Int32> {
      try server.receive(
        Frames.headers(1 + 2 * index, HeaderBlock.request(), endStream: true)
          + Frames.reset(1 + 2 * index, 8))
    }
    #expect(try server.frames().contains { Frames.goawayCode($0) != nil })
    #expect(server.session.isFinished)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}", "PRI * HTTP/2.0\r\n\r\nXX",
  ])
  func refusesWhatIsNotHTTP2(_ text: String) throws {
    let server = try Side(.server)
    #expect(throws: HTTP2Error(.protocolError)) { try server.receive(Array(text.utf8)) }
  }

  @Test func endsTheConnectionOnASkippedStreamNumber() throws {
    let server = try handshaken()
    try server.receive(Frames.headers(5, HeaderBlock.request(), endStream: true))
    try server.receive(Frames.headers(3, HeaderBlock.request(), endStream: true))
    #expect(try server.frames().contains { Frames.goawayCode($0) == 1 })
    #expect(server.session.isFinished)
  }

  @Test func resetsAnEarlyAnswerBehindItsTrailers() throws {
    let server = try handshaken()
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: false))
    let key = StreamKey(id: 1, slot: 0)
    server.session.submitResponse([":status": "200"], endStream: false, on: key)
    server.session.send(ByteBuffer(bytes: [1]), on: key)
    server.session.finish(.trailers(["t": "1"]), on: key)
    server.session.reset(.noError, on: key)
    let frames = try server.frames()
    #expect(frames.map(\.type) == [1, 0, 1, 3])
    #expect(frames.last?.payload == Frames.bigEndian(0))
  }

  @Test(arguments: [true, false])
  func resetsAStreamWhoseAnswerIsTooLongToBeSent(inItsTrailers: Bool) throws {
    let server = try handshaken()
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: true))
    let key = StreamKey(id: 1, slot: 0)
    let long: HeaderFields = [":status": "200", "x": String(repeating: "v", count: 70_000)]
    server.session.submitResponse(
      inItsTrailers ? [":status": "200"] : long, endStream: false, on: key)
    server.session.finish(.trailers(["x": long.first(named: "x") ?? ""]), on: key)
    let frames = try server.frames()
    #expect(frames.map(\.type) == (inItsTrailers ? [1, 3] : [3]))
    #expect(frames.last?.payload == Frames.bigEndian(2))
    #expect(server.events().last == .closed(key, .internalError))
    #expect(server.session.sent.forcedResets == 0)
    // The connection lives, and so does its table of fields.
    try server.receive(Frames.headers(3, HeaderBlock.request(), endStream: true))
    let next = StreamKey(id: 3, slot: 1)
    server.session.submitResponse([":status": "204"], endStream: true, on: next)
    #expect(try server.frames().map(\.type) == [1])
  }

  @Test func announcesTheEndBehindAHeaderSection() throws {
    let server = try handshaken()
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: true))
    server.session.submitResponse(
      [":status": "200", "x": String(repeating: "v", count: 40_000)], endStream: true,
      on: StreamKey(id: 1, slot: 0))
    var buffer = ByteBuffer()
    #expect(try server.session.drain(into: &buffer, upTo: 1))
    server.session.announceEnd(debugData: "")
    while try server.session.drain(into: &buffer, upTo: .max) {}
    let frames = Frames.parse(Array(buffer.readableBytesView))
    #expect(frames.map(\.type) == [1, 9, 9, 7])
    #expect(!server.session.wantsWrite)
  }

  @Test func ignoresOrdersForAStreamThatIsGone() throws {
    let server = try handshaken()
    try server.receive(Frames.headers(1, HeaderBlock.request(), endStream: false))
    let key = StreamKey(id: 1, slot: 0)
    try server.receive(Frames.reset(1, 8))
    #expect(server.events().last == .closed(key, .cancel))
    try server.receive(Frames.headers(3, HeaderBlock.request(), endStream: false))
    server.session.submitResponse([":status": "200"], endStream: false, on: key)
    server.session.send(ByteBuffer(bytes: [1]), on: key)
    server.session.finish(.plain, on: key)
    server.session.consume(1, on: key)
    server.session.reset(.cancel, on: key)
    #expect(try server.frames() == [])
  }

  @Test func refusesRequestsAfterGoaway() throws {
    let client = try Side(.client)
    let server = try Side(.server)
    try server.receive(try client.output())
    try client.receive(try server.output())
    server.session.refuseStreams(debugData: "")
    try client.receive(try server.output())
    let key = client.session.submitRequest(
      [":method": "POST", ":scheme": "http", ":path": "/", ":authority": "a"], endStream: true)
    _ = try client.output()
    if let key {
      #expect(client.events() == [.closed(key, .refusedStream)])
    }
    #expect(client.session.isFinished)
  }
}
