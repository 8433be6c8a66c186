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

  @Option(help: "The folder of the journal's keys. Default: PATH.keys beside the SQLite file")
  var journalKeys: String?

  func run() async throws {
    do throws(StartError) {
      print(try await JournalOperations.backUp(journal, to: file, keysPath: journalKeys))
    } catch {
      throw Exit.because(error.description, code: error.exitCode)
    }
  }
}
