import HTTP2
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(2))) struct InflationLaneTests {
  private static let bombByteCount = 2 << 20

  private func message(_ bytes: [UInt8]) throws -> FramedMessage {
    FramedMessage(isCompressed: true, payload: ByteBuffer(bytes: try compressed(bytes)))
  }

  /// Runs work on an event loop, as a call does.
  private func onLoop<R: Sendable>(
    _ work: @escaping @Sendable (NIOLoopBound<MessageInflation>) async throws -> R
  ) async throws -> R {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let inflation = try await eventLoop.submit {
      NIOLoopBound(MessageInflation(eventLoop: eventLoop), eventLoop: eventLoop)
    }.get()
    return try await withTaskExecutorPreference(EventLoopExecutor(eventLoop: eventLoop)) {
      try await work(inflation)
    }
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 3_000_000])
  func inflatesWhatItIsGiven(_ count: Int) async throws {
    for bytes in [Array(repeating: UInt8(7), count: count), noise(count)] {
      let message = try message(bytes)
      let original = try await onLoop { inflation in
        try await inflation.value.inflated(message, limit: 1 << 22).original
      }
      #expect(original == ByteBuffer(bytes: bytes))
    }
  }

  @Test func leavesOtherMessagesAlone() async throws {
    let message = FramedMessage(isCompressed: false, payload: ByteBuffer(bytes: [1, 2, 3]))
    let same = try await onLoop { try await $0.value.inflated(message, limit: 10) }
    #expect(same == message)
  }

  @Test func refusesWhatIsTooLong() async throws {
    let message = try message(Array(repeating: 0, count: 200_000))
    for limit in [10, 100_000, 199_999] {
      let error = await #expect(throws: RPCError.self) {
        try await onLoop { try await $0.value.inflated(message, limit: limit) }
      }
      #expect(error?.code == .resourceExhausted)
    }
  }

  @Test func aShortMessageDoesNotWaitForBombs() async throws {
    let bomb = try message(Array(repeating: 0, count: Self.bombByteCount))
    let short = try message([1, 2, 3])
    let ends = try await onLoop { inflation in
      let ends = Ends()
      try await withThrowingTaskGroup { tasks in
        for _ in 0..<8 {
          tasks.addTask {
            _ = try await inflation.value.inflated(bomb, limit: Self.bombByteCount)
            ends.names.withLock { $0.append("bomb") }
          }
        }
        tasks.addTask {
          _ = try await inflation.value.inflated(short, limit: Self.bombByteCount)
          ends.names.withLock { $0.append("short") }
        }
        try await tasks.waitForAll()
      }
      return ends
    }
    #expect(ends.names.withLock { $0.first } == "short")
    #expect(ends.names.withLock { $0.count } == 9)
  }

  /// Gzip that takes long.
  enum Bomb: CaseIterable {
    case zeros
    case emptyBlocks
    case emptyMembers

    func bytes() throws -> [UInt8] {
      switch self {
      case .zeros:
        return try compressed(Array(repeating: 0, count: bombByteCount))
      case .emptyBlocks:
        let header: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255]
        // Stored blocks without a byte (RFC 1951, section 3.2.4), then the last one and the trailer.
        let block: [UInt8] = [0, 0, 0, 255, 255]
        let blocks = Array(repeating: block, count: bombByteCount / 16 / block.count)
        return header + blocks.joined() + [1, 0, 0, 255, 255] + Array(repeating: 0, count: 8)
      case .emptyMembers:
        let member = try compressed([])
        return Array(Array(repeating: member, count: bombByteCount / 16 / member.count).joined())
      }
    }
  }

  @Test(arguments: Bomb.allCases)
  func aTurnOfTheLoopIsShort(_ bomb: Bomb) async throws {
    let bomb = FramedMessage(isCompressed: true, payload: ByteBuffer(bytes: try bomb.bytes()))
    let turns = try await onLoop { inflation in
      let turns = Ends()
      let loop = inflation.value.eventLoop
      let counting = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .microseconds(1)) { _ in
        turns.names.withLock { $0.append("turn") }
      }
      _ = try await inflation.value.inflated(bomb, limit: Self.bombByteCount)
      counting.cancel()
      return turns
    }
    let steps = Self.bombByteCount / InflationLane.allowanceOfPeriod
    #expect(turns.names.withLock { $0.count } >= steps / 2)
  }

  @Test func aCancelledTaskStops() async throws {
    let bomb = try message(Array(repeating: 0, count: Self.bombByteCount))
    await #expect(throws: CancellationError.self) {
      try await onLoop { inflation in
        try await withThrowingTaskGroup { tasks in
          tasks.addTask { _ = try await inflation.value.inflated(bomb, limit: 1 << 22) }
          tasks.cancelAll()
          try await tasks.waitForAll()
        }
      }
    }
  }

  private final class Ends: Sendable {
    let names = Mutex<[String]>([])
  }
}
