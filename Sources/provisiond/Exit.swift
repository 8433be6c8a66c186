import ArgumentParser
import Server

/// How a command ends when it cannot do its work: one line on standard error and a code.
enum Exit {
  static func because(_ line: String, code: ProcessExitCode) -> ExitCode {
    ProcessSurroundings.complain(line)
    return ExitCode(code.rawValue)
  }
}

/// Prints what an operation gives; a refusal ends the command.
func printResult(_ body: () async throws(StartError) -> String) async throws {
  do throws(StartError) {
    print(try await body())
  } catch {
    throw Exit.because(error.description, code: error.exitCode)
  }
}
