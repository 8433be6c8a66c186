import Foundation
import Synchronization

// A fault of the kind that each sanitizer looks for, so that one which finds nothing is known to look;
// and what looks like a race to one that does not know Swift's libraries, and is none: a value behind
// a Mutex, and one that a continuation brings.

final class Counter: @unchecked Sendable {
  var unguarded = 0
  let guarded = Mutex(0)
}

@main
struct Planted {
  static func main() async {
    switch CommandLine.arguments.dropFirst().first {
    case "thread": await race()
    case "none": await agree()
    default: readFreedMemory()
    }
  }

  static func race() async {
    let counter = Counter()
    for _ in 0..<2 {
      Thread.detachNewThread { for _ in 0..<1000 { counter.unguarded += 1 } }
    }
    try? await Task.sleep(for: .seconds(1))
  }

  static func agree() async {
    let counter = Counter()
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 0..<4 {
        tasks.addTask {
          for _ in 0..<1000 {
            counter.guarded.withLock { $0 += 1 }
            let brought = await withCheckedContinuation { waiter in
              Thread.detachNewThread { waiter.resume(returning: Counter()) }
              usleep(100)
            }
            brought.unguarded += 1
          }
        }
      }
    }
  }

  static func readFreedMemory() {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    bytes.initialize(repeating: 1, count: 8)
    bytes.deallocate()
    print(bytes[Int.random(in: 0..<8)])
  }
}
