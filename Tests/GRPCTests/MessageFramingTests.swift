import NIOCore
import Testing

@testable import GRPC

@Suite struct MessageFramingTests {
  private func framed(_ messages: [[UInt8]]) throws -> [UInt8] {
    try messages.flatMap { message -> [UInt8] in
      let buffer = try MessageFraming.frame(message.span, limit: 100)
      return Array(buffer.readableBytesView)
    }
  }

  /// Cuts pieces into messages; the deframer must be empty behind them.
  private func messages(in pieces: [ArraySlice<UInt8>], limit: Int = 100) throws -> [[UInt8]] {
    var deframer = MessageDeframer(limit: limit)
    var found: [[UInt8]] = []
    for piece in pieces {
      deframer.append(ByteBuffer(bytes: piece))
      while let message = try deframer.next() {
        #expect(!message.isCompressed)
        found.append(Array(message.payload.readableBytesView))
      }
    }
    #expect(deframer.isEmpty)
    return found
  }

  private let samples: [[UInt8]] = [[1, 2, 3], [], [0, 0, 0, 0, 0, 0], Array(0..<100), []]

  @Test func aFrameIsFlagLengthBytes() throws {
    #expect(try framed([[7, 8]]) == [0, 0, 0, 0, 2, 7, 8])
    #expect(try framed([[]]) == [0, 0, 0, 0, 0])
  }

  @Test func anySplitInThreeGivesTheSameMessages() throws {
    let bytes = try framed(samples)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(try messages(in: pieces) == samples)
      }
    }
  }

  @Test func byteForByteGivesTheSameMessages() throws {
    let bytes = try framed(samples)
    #expect(try messages(in: bytes.indices.map { bytes[$0...$0] }) == samples)
  }

  @Test func aPayloadKeptIsNotTouchedByLaterBytes() throws {
    var deframer = MessageDeframer(limit: 100)
    let bytes = try framed([[1, 2, 3], [4, 5, 6]])
    deframer.append(ByteBuffer(bytes: bytes.dropLast(2)))
    let first = try #require(try deframer.next())
    deframer.append(ByteBuffer(bytes: bytes.suffix(2)))
    let second = try #require(try deframer.next())
    #expect(Array(first.payload.readableBytesView) == [1, 2, 3])
    #expect(Array(second.payload.readableBytesView) == [4, 5, 6])
  }

  @Test func everyTruncationIsSeen() throws {
    let bytes = try framed([[1, 2, 3]])
    for count in 1..<bytes.count {
      var deframer = MessageDeframer(limit: 100)
      deframer.append(ByteBuffer(bytes: bytes.prefix(count)))
      #expect(try deframer.next() == nil)
      #expect(!deframer.isEmpty)
    }
  }

  @Test(arguments: [2, 3, 0x34, 0x80, 0xFF] as [UInt8])
  func anotherFlagIsInternal(flag: UInt8) {
    var deframer = MessageDeframer(limit: 100)
    deframer.append(ByteBuffer(bytes: [flag]))
    let error = #expect(throws: RPCError.self) { try deframer.next() }
    #expect(error?.code == .internalError)
  }

  @Test func theCompressedFlagIsReported() throws {
    var deframer = MessageDeframer(limit: 100, admitsCompression: true)
    deframer.append(ByteBuffer(bytes: [1, 0, 0, 0, 0]))
    #expect(try deframer.next()?.isCompressed == true)
  }

  @Test func aCompressedMessageWithoutAnEncodingIsInternal() {
    var deframer = MessageDeframer(limit: 100)
    deframer.append(ByteBuffer(bytes: [1]))
    #expect(deframer.isReady)
    let error = #expect(throws: RPCError.self) { try deframer.next() }
    #expect(error?.code == .internalError)
  }

  @Test func itIsReadyExactlyWhenNextHasAnAnswer() throws {
    let bytes = try framed([[1, 2]])
    for count in 0...bytes.count {
      var deframer = MessageDeframer(limit: 100)
      deframer.append(ByteBuffer(bytes: bytes.prefix(count)))
      #expect(deframer.isReady == (count == bytes.count))
      #expect(deframer.byteCount == count)
      #expect(try (deframer.next() == nil) == (count < bytes.count))
    }
  }

  @Test func aBufferThatIsNeverEmptyDoesNotGrow() throws {
    var deframer = MessageDeframer(limit: 1000)
    let frame = try Array(
      MessageFraming.frame(Array(repeating: 1, count: 995).span, limit: 1000).readableBytesView)
    deframer.append(ByteBuffer(bytes: frame.prefix(1)))
    for _ in 0..<1000 {
      deframer.append(ByteBuffer(bytes: frame.dropFirst() + frame.prefix(1)))
      let payload = try #require(try deframer.next()).payload
      #expect(payload.readableBytes == 995)
      // It is a slice of what the deframer holds.
      #expect(payload.storageCapacity <= 16 * 1024)
    }
  }

  @Test func theLimitItselfPassesAndOneMoreFailsAtItsPrefix() throws {
    #expect(try messages(in: [framed([[1, 2, 3]])[...]], limit: 3) == [[1, 2, 3]])
    var deframer = MessageDeframer(limit: 3)
    deframer.append(ByteBuffer(bytes: [0, 0, 0, 0, 4]))
    let error = #expect(throws: RPCError.self) { try deframer.next() }
    #expect(error?.code == .resourceExhausted)
    var bomb = MessageDeframer(limit: 3)
    bomb.append(ByteBuffer(bytes: [0, 0xFF, 0xFF, 0xFF, 0xFF]))
    #expect(throws: RPCError.self) { try bomb.next() }
  }

  @Test func aMessageAboveTheLimitIsNotSent() throws {
    let bytes: [UInt8] = [1, 2, 3]
    #expect(try MessageFraming.frame(bytes.span, limit: 3).readableBytes == 8)
    let error = #expect(throws: RPCError.self) { try MessageFraming.frame(bytes.span, limit: 2) }
    #expect(error?.code == .resourceExhausted)
  }
}
