import ArgumentParser
import Server

/// `provisiond journal checkpoint URL`
struct JournalCheckpointCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Prints what a journal commits itself to, signed, for somebody else to keep.",
    discussion: """
      A signed note (C2SP tlog-checkpoint): the journal's name, the number of its records and the \
      root of the tree over them. Only reads, also beside a service that writes. Whoever keeps one \
      can tell later whether a record was changed or removed: provisiond journal verify URL \
      --against FILE.
      """)

  @Argument(help: "sqlite:PATH or postgres://…")
  var journal: String

  @Flag(help: "Prints the newest one that the journal's witness has cosigned instead.")
  var cosigned = false

  @Flag(help: "Prints the public keys of checkpoints instead, the newest first: NAME+ID+KEY.")
  var publicKeys = false

  @Flag(
    help: """
      Makes the next key first, and prints the public keys. Checkpoints are signed with the newest \
      two.
      """)
  var rotateKey = false

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await printResult { () throws(StartError) in
      if rotateKey {
        return try await JournalOperations.rotateCheckpointKey(
          journal, operatorName: options.name, keysPath: options.journalKeys)
      }
      if cosigned {
        return try JournalOperations.cosignedCheckpoint(journal, keysPath: options.journalKeys)
      }
      return publicKeys
        ? try JournalOperations.checkpointKeys(journal, keysPath: options.journalKeys)
        : try JournalOperations.checkpoint(journal)
    }
  }
}
