import ArgumentParser
import Server

/// `provisiond journal verify URL`
struct JournalVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Holds a journal's records against their hashes, and tree and creations against them.",
    discussion: """
      Only reads, also beside a service that writes. Names the first entry that is wrong, and exits \
      with 1. Whoever can write the database can make all of it anew: only a checkpoint that is kept \
      elsewhere tells that.
      """)

  @Argument(help: "sqlite:PATH or postgres://…")
  var journal: String

  @Option(
    help: """
      A file with a checkpoint of this journal: its records have to be the first of the journal's.
      """)
  var against: String?

  @Option(
    help: """
      NAME+ID+KEY; repeatable. Checkpoints have to be signed with one of these keys. Default: \
      signatures are not looked at.
      """)
  var publicKey: [String] = []

  func run() throws {
    let verdict: JournalOperations.Verdict
    do throws(StartError) {
      verdict = try JournalOperations.verify(journal, against: against, publicKeys: publicKey)
    } catch {
      throw Exit.because(error.description, code: error.exitCode)
    }
    print(verdict.line)
    if !verdict.isSound { throw ExitCode.failure }
  }
}
