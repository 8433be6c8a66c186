import ArgumentParser
import Server

/// `provisiond journal verify URL`
struct JournalVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Holds a journal's records against their hashes, and its creations against them.",
    discussion: """
      Only reads, also beside a service that writes. Names the first entry that is wrong, and exits \
      with 1. A tail that was cut off together with its creations is not noticed.
      """)

  @Argument(help: "sqlite:PATH or postgres://…")
  var journal: String

  func run() throws {
    let verdict: JournalOperations.Verdict
    do throws(StartError) {
      verdict = try JournalOperations.verify(journal)
    } catch {
      throw Exit.because(error.description, code: error.exitCode)
    }
    print(verdict.line)
    if !verdict.isSound { throw ExitCode.failure }
  }
}
