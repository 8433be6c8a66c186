import HTTP2
import Testing

@testable import GRPC

@Suite struct TraceContextTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let parent = "00f067aa0ba902b7"

  private static let binary: [UInt8] =
    [0, 0] + Array(1...16) + [1] + Array(17...24) + [2, 1]

  @Test(arguments: [
    ("00-\(trace)-\(parent)-01", true), ("00-\(trace)-\(parent)-00", false),
    ("00-\(trace)-\(parent)-ff", true), ("00-\(trace)-\(parent)-02", false),
    // Of a later version what is known is read.
    ("01-\(trace)-\(parent)-01", true), ("cc-\(trace)-\(parent)-01-what.the.future.brings", true),
  ])
  func aValidTraceparentIsRead(_ text: String, isSampled: Bool) {
    let context = TraceContext(traceparent: text)
    #expect(context?.traceID.description == Self.trace)
    #expect(context?.parentID.hexadecimal == Self.parent)
    #expect(context?.isSampled == isSampled)
  }

  @Test(arguments: [
    "", "00", "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-0", "00-\(trace)-\(parent)-01 ",
    "00-\(trace)-\(parent)-01-more", "ff-\(trace)-\(parent)-01", "01-\(trace)-\(parent)-01.more",
    "00-\(trace.uppercased())-\(parent)-01", "00-\(trace)-\(parent.uppercased())-01",
    "00-\(trace)-\(parent)-0G", "00_\(trace)-\(parent)-01", "00-\(trace)_\(parent)-01",
    "00-\(trace)-\(parent)_01", "00-\(String(repeating: "0", count: 32))-\(parent)-01",
    "00-\(trace)-0000000000000000-01", "0x-\(trace)-\(parent)-01",
    "00-é\(trace.dropLast(2))-\(parent)-01",
  ])
  func anyOtherTraceparentSaysNothing(_ text: String) {
    #expect(TraceContext(traceparent: text) == nil)
  }

  @Test func theBinaryFormIsRead() {
    let context = TraceContext(grpcTrace: Self.binary)
    #expect(context?.traceID.description == "0102030405060708090a0b0c0d0e0f10")
    #expect(context?.parentID.hexadecimal == "1112131415161718")
    #expect(context?.isSampled == true)
    #expect(TraceContext(grpcTrace: Self.binary.dropLast() + [0])?.isSampled == false)
  }

  @Test func everyDamageToTheBinaryFormIsSeen() {
    for length in 0..<Self.binary.count {
      #expect(TraceContext(grpcTrace: Array(Self.binary.prefix(length))) == nil)
    }
    #expect(TraceContext(grpcTrace: Self.binary + [0]) == nil)
    for position in [0, 1, 18, 27] {
      var bytes = Self.binary
      bytes[position] ^= 4
      #expect(TraceContext(grpcTrace: bytes) == nil)
    }
  }

  @Test func traceparentComesFirstAndOnce() {
    var metadata = Metadata()
    #expect(TraceContext(metadata) == nil)
    metadata.addBinary(Self.binary, forKey: "grpc-trace-bin")
    #expect(TraceContext(metadata)?.parentID.hexadecimal == "1112131415161718")
    metadata.addString("00-\(Self.trace)-\(Self.parent)-01", forKey: "traceparent")
    #expect(TraceContext(metadata)?.parentID.hexadecimal == Self.parent)
    metadata.addString("00-\(Self.trace)-\(Self.parent)-01", forKey: "traceparent")
    #expect(TraceContext(metadata) == nil)
  }

  @Test func aSpanContinuesItsTraceOrBeginsOne() {
    let context = TraceContext(traceparent: "00-\(Self.trace)-\(Self.parent)-00")
    let span = CallSpan(continuing: context)
    #expect(span.traceID == context?.traceID && span.parentID == context?.parentID)
    #expect(!span.isSampled && span.id != context?.parentID)
    let root = CallSpan(continuing: nil)
    #expect(root.parentID == nil && root.isSampled && root.traceID != span.traceID)
  }

  @Test func messagesAreCountedForEachDirectionAndBounded() {
    let span = CallSpan(continuing: nil)
    span.messageDidCross(.inbound, byteCount: 3, isCompressed: false)
    for _ in 0..<500 { span.messageDidCross(.outbound, byteCount: 7, isCompressed: true) }
    #expect(span.events.count == CallSpan.maximumEventCount)
    #expect(
      span.events.prefix(2) == [
        CallSpan.Event(direction: .inbound, sequenceNumber: 0, byteCount: 3, isCompressed: false),
        CallSpan.Event(direction: .outbound, sequenceNumber: 0, byteCount: 7, isCompressed: true),
      ])
  }
}
