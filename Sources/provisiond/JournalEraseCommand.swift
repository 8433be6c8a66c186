import ArgumentParser
import Server

/// `provisiond journal erase URL --creation ID`
struct JournalEraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erases what a journal keeps of one creation for replay.",
    discussion: """
      What was asked for and what was answered is overwritten. The records stay, and with them \
      every proof: they have keyed hashes in the place of names. A caller that repeats the request \
      gets CREATION_ERASED. The erasure is recorded.
      """)

  @Argument(help: "sqlite:PATH or postgres://…")
  var journal: String

  @Option(help: "The creation's id, as errors, the log and the audit trail have it.")
  var creation: String

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await printResult { () throws(StartError) in
      try await JournalOperations.erase(
        journal, creationID: creation, operatorName: options.name, keysPath: options.journalKeys)
    }
  }
}
