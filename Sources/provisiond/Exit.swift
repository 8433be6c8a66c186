import ArgumentParser
import Server

/// How a command ends when it cannot do its work: one line on standard error and a code.
enum Exit {
  static func because(_ line: String, code: ProcessExitCode) -> ExitCode {
    ProcessSurroundings.complain(line)
    return ExitCode(code.rawValue)
  }
}
