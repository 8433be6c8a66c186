import Testing

@testable import HTTP2

/// One dialogue: what a client sends behind preface and SETTINGS, and what must come of it. Named
/// by the section of RFC 7540, as h2spec names its cases.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
  enum Verdict: Sendable {
    /// The connection ends; GOAWAY has one of these codes.
    case connection([HTTP2ErrorCode])
    /// The stream ends by RST_STREAM with one of these codes, or the connection does so.
    case stream(Int32, [HTTP2ErrorCode])
    /// The stream is answered, and the connection goes on.
    case answered(Int32)
    /// So many bytes of DATA are sent on the stream.
    case body(Int32, Int)
    /// Nothing is the matter.
    case alive
  }

  let id: String
  let bytes: [UInt8]
  let verdict: Verdict

  init(_ id: String, _ bytes: [UInt8], _ verdict: Verdict) {
    self.id = id
    self.bytes = bytes
    self.verdict = verdict
  }

  var testDescription: String { id }
}

extension ConformanceCase {
  private static let echo = HeaderBlock.request(path: "/echo")
  private static let silent = HeaderBlock.request(path: "/silent")

  private static func frame(
    _ type: UInt8, _ flags: UInt8 = 0, _ stream: Int32, _ payload: [UInt8] = []
  ) -> [UInt8] {
    Frames.frame(type: type, flags: flags, stream: stream, payload)
  }

  private static func open(_ stream: Int32, _ block: [UInt8] = silent) -> [UInt8] {
    Frames.headers(stream, block, endStream: false)
  }

  private static func ended(_ stream: Int32, _ block: [UInt8] = silent) -> [UInt8] {
    Frames.headers(stream, block, endStream: true)
  }

  private static func fields(_ fields: [(String, String)]) -> [UInt8] {
    ended(1, HeaderBlock.encode(fields))
  }

  private static func with(_ more: [(String, String)]) -> [UInt8] {
    ended(1, HeaderBlock.request(more))
  }

  private static let zeros = [UInt8](repeating: 0, count: 20_000)
  private static let get = (":method", "GET")
  private static let http = (":scheme", "http")
  private static let root = (":path", "/")
  private static let host = (":authority", "a")

  static let framing: [ConformanceCase] = [
    .init("3.5/1 preface", [], .alive),
    .init("4.1/1 unknown type", frame(0x16, 0, 0, [1, 2, 3]), .alive),
    .init("4.1/2 undefined flags", frame(6, 0x16, 0, Array(zeros[..<8])), .alive),
    .init("4.1/3 reserved bit", frame(6, 0, .min, Array(zeros[..<8])), .alive),
    .init(
      "4.2/1 DATA of 2^14 octets",
      open(1, echo) + Frames.data(1, Array(zeros[..<16_384]), flags: 1), .answered(1)),
    .init(
      "4.2/2 DATA above the size", open(1) + Frames.data(1, Array(zeros[..<16_385])),
      .stream(1, [.frameSizeError])),
    .init(
      "4.2/3 HEADERS above the size",
      ended(1, HeaderBlock.request([("x", String(repeating: "v", count: 17_000))])),
      .connection([.frameSizeError])),
    .init("4.3/1 invalid block", ended(1, [0x40]), .connection([.compressionError])),
    .init(
      "4.3/2 PRIORITY inside a block",
      frame(1, 0, 1, silent) + frame(2, 0, 1, [0, 0, 0, 0, 255]), .connection([.protocolError])),
    .init(
      "4.3/3 HEADERS inside a block", frame(1, 0, 1, silent) + open(3),
      .connection([.protocolError])),
    .init(
      "5.4.1/1 connection error", frame(6, 0, 0, [0, 0, 0]), .connection([.frameSizeError])),
    .init("5.5/1 extension frame", frame(0x16, 0, 0, [0, 1]) + ended(1, echo), .answered(1)),
    .init(
      "5.5/2 extension frame inside a block", frame(1, 0, 1, silent) + frame(0x16, 0, 0, [0]),
      .connection([.protocolError])),
    .init(
      "7/1 GOAWAY of an unknown code",
      open(1) + frame(7, 0, 0, Frames.bigEndian(0) + Frames.bigEndian(0xff)), .alive),
    .init("7/2 RST_STREAM of an unknown code", open(1) + Frames.reset(1, 0xff), .alive),
    .init(
      "8.2/1 PUSH_PROMISE", open(1) + frame(5, 4, 1, [0, 0, 0, 3] + silent),
      .connection([.protocolError])),
  ]

  static let states: [ConformanceCase] = [
    .init("5.1/1 idle: DATA", Frames.data(1, [1]), .connection([.protocolError])),
    .init("5.1/2 idle: RST_STREAM", Frames.reset(1, 8), .connection([.protocolError])),
    .init("5.1/3 idle: WINDOW_UPDATE", Frames.windowUpdate(1, 9), .connection([.protocolError])),
    .init(
      "5.1/4 idle: CONTINUATION", Frames.continuation(1, silent, isLast: true),
      .connection([.protocolError])),
    .init(
      "5.1/5 half closed: DATA", ended(1) + Frames.data(1, [1]), .stream(1, [.streamClosed])),
    .init("5.1/6 half closed: HEADERS", ended(1) + ended(1), .stream(1, [.streamClosed])),
    .init(
      "5.1/7 half closed: CONTINUATION", ended(1) + Frames.continuation(1, silent, isLast: true),
      .connection([.streamClosed, .protocolError])),
    .init(
      "5.1/8 closed by RST_STREAM: DATA", open(1) + Frames.reset(1, 8) + Frames.data(1, [1]),
      .stream(1, [.streamClosed])),
    .init(
      "5.1/9 closed by RST_STREAM: HEADERS", open(1) + Frames.reset(1, 8) + ended(1),
      .stream(1, [.streamClosed])),
    .init(
      "5.1/10 closed by RST_STREAM: CONTINUATION",
      open(1) + Frames.reset(1, 8) + Frames.continuation(1, silent, isLast: true),
      .connection([.streamClosed, .protocolError])),
    .init(
      "5.1/11 closed: DATA", ended(1, echo) + Frames.data(1, [1]), .stream(1, [.streamClosed])),
    .init("5.1/12 closed: HEADERS", ended(1, echo) + ended(1), .stream(1, [.streamClosed])),
    .init(
      "5.1/13 closed: CONTINUATION",
      ended(1, echo) + Frames.continuation(1, silent, isLast: true),
      .connection([.streamClosed, .protocolError])),
    .init("5.1.1/1 even number", ended(2), .connection([.protocolError])),
    .init("5.1.1/2 number below the last", ended(5) + ended(3), .connection([.protocolError])),
    .init(
      "5.1.2/1 too many streams",
      Frames.settingsAcknowledgement + (0...256).flatMap { open(1 + 2 * Int32($0)) },
      .stream(513, [.protocolError, .refusedStream])),
    .init(
      "5.3.1/1 HEADERS that depend on themselves",
      frame(1, 0x25, 1, [0, 0, 0, 1, 16] + silent), .stream(1, [.protocolError])),
    .init(
      "5.3.1/2 PRIORITY that depends on itself", frame(2, 0, 1, [0, 0, 0, 1, 16]),
      .stream(1, [.protocolError])),
    .init(
      "6.1/2 DATA on a closed stream", ended(1, echo) + Frames.data(1, [1]),
      .stream(1, [.streamClosed])),
    .init(
      "8.1/1 second HEADERS without END_STREAM", open(1) + open(1), .stream(1, [.protocolError])),
  ]

  static let frames: [ConformanceCase] = [
    .init("6.1/1 DATA on stream 0", open(1) + Frames.data(0, [1]), .connection([.protocolError])),
    .init(
      "6.1/3 DATA with too much padding", open(1) + Frames.data(1, [9, 1, 0, 0], flags: 8),
      .connection([.protocolError])),
    .init("6.2/3 HEADERS on stream 0", ended(0), .connection([.protocolError])),
    .init(
      "6.2/4 HEADERS with too much padding", frame(1, 0xd, 1, [255] + silent),
      .connection([.protocolError])),
    .init(
      "6.3/1 PRIORITY on stream 0", frame(2, 0, 0, [0, 0, 0, 1, 1]),
      .connection([.protocolError])),
    .init(
      "6.3/2 PRIORITY of another length", open(1) + frame(2, 0, 1, [0, 0, 0, 1]),
      .stream(1, [.frameSizeError])),
    .init("6.4/1 RST_STREAM on stream 0", Frames.reset(0, 8), .connection([.protocolError])),
    .init("6.4/2 RST_STREAM on an idle stream", Frames.reset(1, 8), .connection([.protocolError])),
    .init(
      "6.4/3 RST_STREAM of another length", open(1) + frame(3, 0, 1, [0, 0, 0]),
      .connection([.frameSizeError])),
    .init("6.5/1 ACK with a payload", frame(4, 1, 0, [0]), .connection([.frameSizeError])),
    .init("6.5/2 SETTINGS on a stream", frame(4, 0, 1), .connection([.protocolError])),
    .init(
      "6.5/3 SETTINGS of another length", frame(4, 0, 0, [0, 3, 0]),
      .connection([.frameSizeError])),
    .init("6.5.2/1 ENABLE_PUSH 2", Frames.settings([(2, 2)]), .connection([.protocolError])),
    .init(
      "6.5.2/2 INITIAL_WINDOW_SIZE too large", Frames.settings([(4, 0x8000_0000)]),
      .connection([.flowControlError])),
    .init(
      "6.5.2/3 MAX_FRAME_SIZE too small", Frames.settings([(5, 16_383)]),
      .connection([.protocolError])),
    .init(
      "6.5.2/4 MAX_FRAME_SIZE too large", Frames.settings([(5, 16_777_216)]),
      .connection([.protocolError])),
    .init("6.5.2/5 unknown setting", Frames.settings([(0xff, 1)]), .alive),
    .init(
      "6.5.3/1 the last of two values counts",
      Frames.settings([(4, 100), (4, 1)]) + open(1, echo) + Frames.data(1, [1, 2, 3], flags: 1),
      .body(1, 1)),
    .init("6.7/1 PING", Frames.ping(), .alive),
    .init("6.7/2 PING with ACK", Frames.ping(flags: 1), .alive),
    .init(
      "6.7/3 PING on a stream", frame(6, 0, 1, Array(zeros[..<8])), .connection([.protocolError])),
    .init(
      "6.7/4 PING of another length", frame(6, 0, 0, [1, 2, 3, 4, 5, 6]),
      .connection([.frameSizeError])),
    .init(
      "6.8/1 GOAWAY on a stream", frame(7, 0, 1, Array(zeros[..<8])),
      .connection([.protocolError])),
    .init(
      "6.9/1 window of one",
      Frames.settings([(4, 1)]) + open(1, echo) + Frames.data(1, [1, 2], flags: 1), .body(1, 1)),
    .init("6.9/2 increment of zero", Frames.windowUpdate(0, 0), .connection([.protocolError])),
    .init(
      "6.9/3 increment of zero on a stream", open(1) + Frames.windowUpdate(1, 0),
      .stream(1, [.protocolError])),
    .init(
      "6.9/4 WINDOW_UPDATE of another length", frame(8, 0, 0, [0, 0, 1]),
      .connection([.frameSizeError])),
    .init(
      "6.9.1/2 window above 2^31-1",
      Frames.windowUpdate(0, 0x7fff_ffff) + Frames.windowUpdate(0, 0x7fff_ffff),
      .connection([.flowControlError])),
    .init(
      "6.9.1/3 stream window above 2^31-1",
      open(1) + Frames.windowUpdate(1, 0x7fff_ffff) + Frames.windowUpdate(1, 0x7fff_ffff),
      .stream(1, [.flowControlError])),
    .init(
      "6.9.2/1 window changed behind HEADERS",
      Frames.settings([(4, 0)]) + open(1, echo) + Frames.data(1, [1, 2], flags: 1)
        + Frames.settings([(4, 1)]), .body(1, 1)),
    .init(
      "6.9.2/2 negative window",
      Frames.settings([(4, 3)]) + open(1, echo) + Frames.data(1, Array(zeros[..<9]), flags: 1)
        + Frames.settings([(4, 2)]) + Frames.windowUpdate(1, 2), .body(1, 4)),
    .init(
      "6.9.2/3 window above 2^31-1 by SETTINGS", Frames.settings([(4, 0x8000_0000)]),
      .connection([.flowControlError])),
    .init(
      "6.10/1 CONTINUATIONs",
      frame(1, 1, 1, Array(echo[..<9])) + Frames.continuation(1, Array(echo[9..<20]), isLast: false)
        + Frames.continuation(1, Array(echo[20...]), isLast: true), .answered(1)),
    .init(
      "6.10/2 CONTINUATION, then DATA",
      frame(1, 0, 1, Array(silent[..<9]))
        + Frames.continuation(1, Array(silent[9...]), isLast: false) + Frames.data(1, [1]),
      .connection([.protocolError])),
    .init(
      "6.10/3 CONTINUATION on stream 0",
      frame(1, 0, 1, silent) + Frames.continuation(0, [], isLast: true),
      .connection([.protocolError])),
    .init(
      "6.10/4 CONTINUATION behind END_HEADERS",
      open(1) + Frames.continuation(1, silent, isLast: true), .connection([.protocolError])),
    .init(
      "6.10/5 CONTINUATION behind the last",
      frame(1, 0, 1, Array(silent[..<9]))
        + Frames.continuation(1, Array(silent[9...]), isLast: true)
        + Frames.continuation(1, silent, isLast: true), .connection([.protocolError])),
    .init(
      "6.10/6 CONTINUATION behind DATA",
      open(1) + Frames.data(1, [1]) + Frames.continuation(1, silent, isLast: true),
      .connection([.protocolError])),
  ]

  private static let malformed = Verdict.stream(1, [.protocolError])

  static let messages: [ConformanceCase] = [
    .init("8.1.2/1 upper case", with([("X-TEST", "ok")]), malformed),
    .init(
      "8.1.2.1/1 unknown pseudo-header", fields([get, http, root, host, (":test", "ok")]), malformed
    ),
    .init(
      "8.1.2.1/2 pseudo-header of responses", fields([get, http, root, host, (":status", "200")]),
      malformed),
    .init(
      "8.1.2.1/3 pseudo-header as trailer",
      open(1) + ended(1, HeaderBlock.encode([get])), malformed),
    .init(
      "8.1.2.1/4 pseudo-header behind others", fields([("x", "y"), get, http, root, host]),
      malformed),
    .init("8.1.2.2/1 connection field", with([("connection", "keep-alive")]), malformed),
    .init("8.1.2.2/2 te other than trailers", with([("te", "trailers, deflate")]), malformed),
    .init("8.1.2.3/1 empty :path", fields([get, http, (":path", ""), host]), malformed),
    .init("8.1.2.3/2 no :method", fields([http, root, host]), malformed),
    .init("8.1.2.3/3 no :scheme", fields([get, root, host]), malformed),
    .init("8.1.2.3/4 no :path", fields([get, http, host]), malformed),
    .init("8.1.2.3/5 two :method", fields([get, get, http, root, host]), malformed),
    .init("8.1.2.3/6 two :scheme", fields([get, http, http, root, host]), malformed),
    .init("8.1.2.3/7 two :path", fields([get, http, root, root, host]), malformed),
    .init(
      "8.1.2.6/1 content-length of one DATA",
      open(1, HeaderBlock.request(path: "/silent", [("content-length", "1")]))
        + Frames.data(1, [1, 2], flags: 1), malformed),
    .init(
      "8.1.2.6/2 content-length of more DATA",
      open(1, HeaderBlock.request(path: "/silent", [("content-length", "1")]))
        + Frames.data(1, [1]) + Frames.data(1, [2], flags: 1), malformed),
  ]

  private static let undecodable = Verdict.connection([.compressionError])

  /// RFC 7541.
  static let compression: [ConformanceCase] = [
    .init("hpack 2.3.3/1 index out of range", ended(1, silent + [0xc6]), undecodable),
    .init("hpack 2.3.3/2 name index out of range", ended(1, silent + [0x7f, 7, 0]), undecodable),
    .init("hpack 4.2/1 table size at the end", ended(1, silent + [0x20]), undecodable),
    .init(
      "hpack 5.2/1 padding of more than 7 bits",
      ended(1, silent + [0, 0x81, 0xff, 0x82, 0xff, 0xff]), undecodable),
    .init(
      "hpack 5.2/2 padding that is not EOS", ended(1, silent + [0, 1, 0x78, 0x81, 0x18]),
      undecodable),
    .init(
      "hpack 5.2/3 EOS in a string",
      ended(1, silent + [0, 1, 0x78, 0x84, 0xff, 0xff, 0xff, 0xff]), undecodable),
    .init("hpack 6.1/1 index 0", ended(1, silent + [0x80]), undecodable),
    .init(
      "hpack 6.3/1 table size above the limit", ended(1, [0x3f, 0xe2, 0x1f] + silent),
      undecodable),
  ]
}
