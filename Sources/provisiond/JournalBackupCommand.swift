import ArgumentParser
import Server

/// `provisiond journal backup URL FILE`
struct JournalBackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies a journal in SQLite to a file, while the service runs or not.",
    discussion: """
      The running service makes the copy: it is one state of the journal, with all that was \
      acknowledged when it began. The keys are not in it. To restore it, put it and the keys where \
      the service looks for them, while it is stopped.
      """)

  @Argument(help: "sqlite:PATH")
  var journal: String

  @Argument(help: "The file to make; one that exists is left alone.")
  var file: String

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await printResult { () throws(StartError) in
      try await JournalOperations.backUp(
        journal, to: file, operatorName: options.name, keysPath: options.journalKeys)
    }
  }
}
