import ArgumentParser
import Server

/// `provisiond journal keys`
struct JournalKeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Works with the epochs of a journal's keys.",
    subcommands: [List.self, Rotate.self, Destroy.self])

  /// `provisiond journal keys list URL`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Says which epochs there are, since when, and which were destroyed.")

    @Argument(help: "sqlite:PATH or postgres://…")
    var journal: String

    @Option(help: "The folder of the journal's keys. Default: PATH.keys beside the SQLite file")
    var journalKeys: String?

    func run() async throws {
      try await printResult { () throws(StartError) in
        try await JournalOperations.listKeys(journal, keysPath: journalKeys)
      }
    }
  }

  /// `provisiond journal keys rotate URL`
  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate",
      abstract: "Makes the keys of a new epoch, under which names are hashed from then on.",
      discussion: """
        Names are still found under the earlier epochs. A service does this by itself, see \
        --journal-key-age of provisiond serve.
        """)

    @Argument(help: "sqlite:PATH or postgres://…")
    var journal: String

    @OptionGroup var options: OperatorOptions

    func run() async throws {
      try await printResult { () throws(StartError) in
        try await JournalOperations.rotateKeys(
          journal, operatorName: options.name, keysPath: options.journalKeys)
      }
    }
  }

  /// `provisiond journal keys destroy URL --epoch N`
  struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "destroy",
      abstract: "Destroys the keys of an epoch for good.",
      discussion: """
        The names that were hashed under it are found no more, by nobody, and what was sealed under \
        it is opened no more; records and proofs stay valid. Copies of the key folder have to be \
        destroyed, too. The current epoch is refused.
        """)

    @Argument(help: "sqlite:PATH or postgres://…")
    var journal: String

    @Option(help: "The epoch, as journal keys list has it.")
    var epoch: Int

    @OptionGroup var options: OperatorOptions

    func run() async throws {
      try await printResult { () throws(StartError) in
        try await JournalOperations.destroyKeys(
          journal, epoch: epoch, operatorName: options.name, keysPath: options.journalKeys)
      }
    }
  }
}
