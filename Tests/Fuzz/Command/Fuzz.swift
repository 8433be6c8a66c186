import Foundation
import FuzzTargets

/// Feeds a target with files, or with what libFuzzer thinks of.
@main
struct Fuzz {
  static func main() {
    let name = CommandLine.arguments.dropFirst().first
    if name == "decode" { return Decode.run() }
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
      fail("fuzz TARGET …; the targets are \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
    }
    #if FUZZING
      explore(target)
    #else
      replay(target, CommandLine.arguments.dropFirst(2))
    #endif
  }

  static func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    exit(64)
  }
}

#if FUZZING
  /// libFuzzer's loop (LLVM, "Using libFuzzer as a library"). It does not return.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
  ) -> Int32

  nonisolated(unsafe) private var explored: FuzzTarget?

  extension Fuzz {
    private static func explore(_ target: FuzzTarget) {
      unsafe explored = target
      // The name of the target is ours, not libFuzzer's.
      var arguments = CommandLine.arguments
      arguments.remove(at: 1)
      var count = Int32(arguments.count)
      var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
      let result = unsafe pointers.withUnsafeMutableBufferPointer { pointers in
        guard var start = pointers.baseAddress else { return Int32(70) }
        return unsafe runDriver(&count, &start) { bytes, count in
          do throws(FuzzFinding) {
            try unsafe explored?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
          } catch {
            fatalError(error.description)
          }
          return 0
        }
      }
      exit(result)
    }
  }
#else
  extension Fuzz {
    private static func replay(_ target: FuzzTarget, _ paths: some Sequence<String>) {
      for path in paths {
        guard let input = FileManager.default.contents(atPath: path) else {
          fail("\(path) cannot be read")
        }
        do throws(FuzzFinding) {
          try target.run(Array(input))
        } catch {
          fail("\(path): \(error)")
        }
      }
    }
  }
#endif
