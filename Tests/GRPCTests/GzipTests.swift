import NIOCore
import Testing

@testable import GRPC

@Suite struct GzipTests {
  /// `hello hello hello` as another implementation compresses it.
  private let foreign: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 87, 200, 64, 144, 0, 128, 136, 249,
    229, 17, 0, 0, 0,
  ]
  private let original = Array("hello hello hello".utf8)

  private func inflate(_ bytes: [UInt8], limit: Int = 1 << 20) throws(RPCError) -> [UInt8] {
    Array(try Gzip.inflate(ByteBuffer(bytes: bytes), limit: limit).readableBytesView)
  }

  @Test func whatAnotherCompressedIsRead() throws {
    #expect(try inflate(foreign) == original)
  }

  @Test(arguments: [0, 1, 1023, 1024, 1025, 300_000])
  func whatWeCompressComesBack(count: Int) throws {
    for bytes in [Array(repeating: UInt8(9), count: count), noise(count)] {
      #expect(try inflate(compressed(bytes)) == bytes)
      #expect(try inflate(compressed(bytes), limit: count) == bytes)
    }
  }

  @Test func severalMembersAreOneMessage() throws {
    #expect(try inflate(foreign + compressed([]) + foreign) == original + original)
  }

  @Test func everyCutIsInternal() throws {
    for count in 0..<foreign.count {
      let error = #expect(throws: RPCError.self) { try inflate(Array(foreign.prefix(count))) }
      #expect(error?.code == .internalError)
    }
  }

  @Test func everyDamagedByteOfContentOrChecksumIsInternal() throws {
    for position in foreign.indices where !(4...9).contains(position) {
      var bytes = foreign
      bytes[position] ^= 0x55
      let error = #expect(throws: RPCError.self, "\(position)") { try inflate(bytes) }
      #expect(error?.code == .internalError)
    }
  }

  @Test(arguments: [[0], [0, 0, 0, 0], [31], [31, 139], [1, 2, 3]] as [[UInt8]])
  func whatFollowsTheLastMemberIsInternal(garbage: [UInt8]) throws {
    let error = #expect(throws: RPCError.self) { try inflate(foreign + garbage) }
    #expect(error?.code == .internalError)
  }

  @Test func inflationStopsAtTheLimit() throws {
    let bomb = try compressed(Array(repeating: 0, count: 50_000_000))
    #expect(bomb.count < 60_000)
    let error = #expect(throws: RPCError.self) { try inflate(bomb, limit: 1000) }
    #expect(error?.code == .resourceExhausted)
    // What is behind the limit was not looked at: cut there, it is the same error.
    let cut = #expect(throws: RPCError.self) {
      try inflate(Array(bomb.prefix(1000)), limit: 1000)
    }
    #expect(cut?.code == .resourceExhausted)
    #expect(throws: RPCError.self) { try inflate(foreign, limit: 16) }
    #expect(try inflate(foreign, limit: 17) == original)
  }
}

/// The gzip form of `bytes`.
func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
  var buffer = ByteBuffer()
  try Gzip.compress(bytes.span, into: &buffer)
  return Array(buffer.readableBytesView)
}

/// Bytes that do not compress, the same every time.
func noise(_ count: Int) -> [UInt8] {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
}
