#if os(Linux)
  import CGlibc
#endif
import Foundation
import HTTP2
import NIOCore

/// What a command sees of the process it runs in, and how it sets the process up.
package enum ProcessSurroundings {
  package static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Of the person, also where a command runs as another user.
  package static var loginName: String { environment["SUDO_USER"] ?? NSUserName() }

  package static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Tells the operator one line, outside of the log.
  package static func complain(_ line: String) {
    FileHandle.standardError.write(Data("provisiond: \(line)\n".utf8))
  }

  /// Ends the process without a further word to any part of it.
  static func exitAtOnce(_ code: Int32) -> Never {
    _exit(code)
  }

  /// Fits the process to a server's work; once, before anything else is called.
  package static func prepareToServe() {
    keepFreedMemory()
    useAllowedProcessors()
    DescriptorLimit.raise()
  }

  /// Free memory at the end of a heap that glibc keeps instead of giving it back to the kernel, in
  /// bytes. Its own 128 KiB are less than one batch of calls needs: each batch would give its pages
  /// back, and the next one fault them in again.
  private static let keptFreeMemory: Int32 = 8 * 1024 * 1024

  private static func keepFreedMemory() {
    #if os(Linux)
      mallopt(M_TRIM_THRESHOLD, keptFreeMemory)
      // As many heaps as threads can run at once. By itself glibc makes eight for each processor, and
      // what one of them has once held at its end stays with it.
      mallopt(M_ARENA_MAX, max(1, allowed_processor_count()))
    #endif
  }

  /// Gives the kernel back the pages of all heaps in which nothing is; takes a millisecond or so.
  static func returnFreeMemory() {
    #if os(Linux)
      malloc_trim(Int(keptFreeMemory))
    #endif
  }

  /// One event loop for each processor that this process may run on (`taskset`): more would take
  /// turns. NIO looks at cpusets and quotas of cgroups by itself.
  private static func useAllowedProcessors() {
    #if os(Linux)
      let allowed = Int(allowed_processor_count())
      if allowed > 0 { NIOSingletons.groupLoopCountSuggestion = min(allowed, System.coreCount) }
    #endif
  }
}
