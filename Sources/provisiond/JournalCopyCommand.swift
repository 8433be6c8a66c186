import ArgumentParser
import Server

/// `provisiond journal copy FROM TO`
struct JournalCopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract:
      "Copies a journal that no service has open from SQLite to an empty one in PostgreSQL.",
    discussion: """
      Records keep their bytes and their numbers. All is read back and compared before it is \
      committed. The role has to be the tables' owner, or may make them.
      """)

  @Argument(help: "sqlite:PATH")
  var from: String

  @Argument(help: "postgres://…")
  var to: String

  @Option(help: "The folder of the journal's keys. Default: PATH.keys beside the SQLite file")
  var journalKeys: String?

  func run() throws {
    do throws(StartError) {
      print(try JournalOperations.copy(from: from, to: to, keysPath: journalKeys))
    } catch {
      throw Exit.because(error.description, code: error.exitCode)
    }
  }
}
