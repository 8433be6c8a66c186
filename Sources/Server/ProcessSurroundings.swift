import Foundation

/// What a command sees of the process it runs in.
package enum ProcessSurroundings {
  package static var environment: [String: String] { ProcessInfo.processInfo.environment }

  package static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Tells the operator one line, outside of the log.
  package static func complain(_ line: String) {
    FileHandle.standardError.write(Data("provisiond: \(line)\n".utf8))
  }

  /// Ends the process without a further word to any part of it.
  static func exitAtOnce(_ code: Int32) -> Never {
    _exit(code)
  }
}
