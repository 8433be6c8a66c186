import Testing

@testable import HTTP2

extension FrameMeter {
  mutating func scan(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    scan(bytes.span)
  }
}

@Suite struct FrameMeterTests {
  private let block = HeaderBlock.request()

  private func counts(_ bytes: [UInt8], piece: Int = .max) -> FrameCounts {
    var meter = FrameMeter(prefaceSize: FrameMeter.prefaceSize)
    var rest = (Frames.preface + bytes)[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(piece))
      meter.scan(piece)
      rest = rest.dropFirst(piece.count)
    }
    #expect(!meter.isInsideFrame)
    return meter.counts
  }

  private var dialogue: [UInt8] {
    Frames.settings([(1, 0)]) + Frames.settingsAcknowledgement + Frames.ping()
      + Frames.ping(flags: 1) + Frames.headers(1, block, endStream: false)
      + Frames.data(1, [1, 2, 3]) + Frames.data(1, []) + Frames.data(1, [], flags: 1)
      + Frames.data(1, [2, 0, 0], flags: Frames.padded)
      + Frames.data(1, [2, 9, 0, 0], flags: Frames.padded)
      + Frames.data(1, [0], flags: Frames.padded | Frames.endStream)
      + Frames.frame(type: 1, flags: 0, stream: 3, [])
      + Frames.continuation(3, [], isLast: false) + Frames.continuation(3, block, isLast: true)
      + Frames.frame(type: 2, flags: 0, stream: 5, [0, 0, 0, 0, 1]) + Frames.reset(1, 8)
      + Frames.windowUpdate(0, 1) + Frames.windowUpdate(1, 1)
      + Frames.frame(type: 7, flags: 0, stream: 0, Array(repeating: 0, count: 8))
      + Frames.frame(type: 0xee, flags: 0xff, stream: 0, Array(repeating: 0, count: 70_000))
  }

  /// However the bytes are cut, the count is the same.
  @Test(arguments: [1, 2, 5, 8, 9, 10, 13, 64, 1_000, .max])
  func countsEachKind(_ piece: Int) {
    let expected = FrameCounts(
      total: 20, settings: 1, pings: 1, resets: 1, priorities: 1, windowUpdates: 2,
      continuations: 2, longestSection: 2, unknown: 1, empty: 4)
    #expect(counts(dialogue, piece: piece) == expected)
  }

  @Test func knowsWhereItIs() {
    var meter = FrameMeter(prefaceSize: 0)
    #expect(!meter.isInsideFrame)
    let headers = Frames.frame(type: 1, flags: 0, stream: 1, block)
    meter.scan(headers.prefix(4))
    #expect(meter.isInsideFrame && !meter.isInsideSection)
    meter.scan(headers[4..<10])
    #expect(meter.isInsideFrame && meter.isInsideSection)
    meter.scan(headers[10...])
    #expect(!meter.isInsideFrame && meter.isInsideSection)
    let number = meter.frameNumber
    let last = Frames.continuation(1, block, isLast: true)
    meter.scan(last.dropLast())
    #expect(meter.isInsideSection && meter.frameNumber != number)
    meter.scan(last.suffix(1))
    #expect(!meter.isInsideFrame && !meter.isInsideSection)
    meter.scan(Frames.data(1, [1, 2]).dropLast())
    #expect(meter.isInsideFrame && !meter.isInsideSection)
  }

  @Test func beginsBehindThePreface() {
    var meter = FrameMeter(prefaceSize: FrameMeter.prefaceSize)
    #expect(meter.isInsideFrame)
    meter.scan(Frames.preface)
    #expect(!meter.isInsideFrame)
    #expect(meter.counts == FrameCounts())
  }
}
