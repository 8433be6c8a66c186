import Foundation
import FuzzTargets
import Testing

/// The short form of fuzzing: every input that is kept, and neighbours of it from a seed.
struct CorpusTests {
  private static let neighbours = 200

  @Test(arguments: FuzzTarget.all.map(\.name))
  func everyInputAndItsNeighboursKeepThePromises(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Corpora/\(name)")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files.sorted(by: { $0.path < $1.path }) {
      let input = Array(try Data(contentsOf: file))
      try target.run(input)
      var mutation = Mutation(seed: UInt64(input.count))
      for number in 0..<Self.neighbours {
        let neighbour = mutation.neighbour(of: input)
        do throws(FuzzFinding) {
          try target.run(neighbour)
        } catch {
          Issue.record("\(file.lastPathComponent), neighbour \(number): \(error)")
        }
      }
    }
  }
}

/// Small changes of an input, the same for the same seed (SplitMix64).
private struct Mutation {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  private mutating func number(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ (word >> 31)) % UInt64(bound))
  }

  mutating func neighbour(of input: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0...number(below: 4) {
      guard !bytes.isEmpty else { return [UInt8(number(below: 256))] }
      let place = number(below: bytes.count)
      switch number(below: 5) {
      case 0: bytes[place] = UInt8(number(below: 256))
      case 1: bytes[place] ^= 1 << number(below: 8)
      case 2: bytes.insert(UInt8(number(below: 256)), at: place)
      case 3: bytes.removeSubrange(place..<min(place + 1 + number(below: 8), bytes.count))
      default: bytes.insert(contentsOf: bytes[place..<min(place + 16, bytes.count)], at: place)
      }
    }
    return bytes
  }
}
