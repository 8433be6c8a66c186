import NIOCore
import Testing

@testable import HTTP2

@Suite struct PeerPatienceTests {
  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1) + .seconds(seconds) }

  @Test(arguments: PeerPatience.Wait.allCases)
  func endsEachWait(_ wait: PeerPatience.Wait) {
    var limits = PatienceLimits()
    limits.handshake = .seconds(10)
    limits.preface = .seconds(10)
    limits.settingsAcknowledgement = .seconds(10)
    limits.headerSection = .seconds(10)
    limits.frame = .seconds(10)
    limits.write = .seconds(10)
    var patience = PeerPatience(limits)
    #expect(patience.nextDeadline == .distantFuture)
    patience.begin(wait, at: at(1))
    patience.begin(wait, at: at(5))
    #expect(patience.nextDeadline == at(11))
    #expect(patience.expired(at: at(10)) == nil)
    #expect(patience.expired(at: at(11)) == wait)
    patience.end(wait)
    #expect(patience.expired(at: at(100)) == nil)
    patience.begin(wait, at: at(100))
    #expect(patience.nextDeadline == at(110))
  }

  @Test func waitsForEverWithoutALimit() {
    var patience = PeerPatience(.client)
    for wait in PeerPatience.Wait.allCases where wait != .handshake {
      patience.begin(wait, at: at(1))
    }
    #expect(patience.nextDeadline == .distantFuture)
  }

  @Test func givesEachFrameItsOwnTime() {
    var patience = PeerPatience(PatienceLimits())
    var meter = FrameMeter(prefaceSize: 0)
    let half = Frames.data(1, [1, 2]).dropLast()
    meter.scan(half)
    patience.observe(meter, at: at(0))
    patience.observe(meter, at: at(20))
    #expect(patience.nextDeadline == at(30))
    // The rest of this one, and the first part of the next.
    meter.scan(([2] + half))
    patience.observe(meter, at: at(25))
    #expect(patience.nextDeadline == at(55))
    meter.scan([2])
    patience.observe(meter, at: at(26))
    #expect(patience.nextDeadline == .distantFuture)
  }

  @Test func givesAHeaderSectionItsTimeAsAWhole() {
    var patience = PeerPatience(PatienceLimits())
    var meter = FrameMeter(prefaceSize: 0)
    meter.scan(Frames.frame(type: 1, flags: 0, stream: 1, [0x20]))
    patience.observe(meter, at: at(0))
    for second in 1...9 as ClosedRange<Int64> {
      meter.scan(Frames.continuation(1, [0x20], isLast: false))
      patience.observe(meter, at: at(second))
    }
    #expect(patience.expired(at: at(10)) == .headerSection)
  }

  // MARK: Streams

  private func stalled(
    _ looks: [(second: Int64, wait: StreamWait, moved: Int)]
  ) -> [Bool] {
    var progress = StreamProgress()
    return looks.map {
      progress.isStalled($0.wait, moved: $0.moved, PatienceLimits(), at: at($0.second))
    }
  }

  @Test func findsAStreamThatDoesNotMove() {
    #expect(
      stalled([(0, .answer, 9), (29, .answer, 9), (30, .answer, 9)]) == [false, false, true])
    #expect(stalled([(0, .body, 0), (59, .body, 0), (60, .body, 0)]) == [false, false, true])
    #expect(stalled([(0, .stream, 0), (299, .stream, 0), (300, .stream, 0)]).last == true)
  }

  @Test func takesAByteNowAndThenForNothing() {
    #expect(stalled((0...30).map { ($0, .answer, Int($0)) }).last == true)
    #expect(stalled((0...300).map { ($0, .answer, Int($0) * 512) }).contains(true) == false)
  }

  @Test func letsAnOpenStreamBeSilent() {
    #expect(stalled((0...10_000).map { ($0, .nothing, 0) }).contains(true) == false)
  }

  @Test func countsEachWaitByItself() {
    #expect(stalled([(0, .answer, 0), (29, .nothing, 0), (31, .answer, 0)]).last == false)
  }
}
