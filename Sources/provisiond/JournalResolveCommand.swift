import ArgumentParser
import Server

/// `provisiond journal resolve URL --creation ID --verdict created|absent`
struct JournalResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Gives an operator's verdict on a creation that stayed UNRESOLVED.",
    discussion: """
      Look for the user first: created means that the user exists and this creation made it, absent \
      that it made none. Callers that ask again get an answer that says so. The verdict is recorded \
      with the operator's name, and stands for good.
      """)

  @Argument(help: "sqlite:PATH or postgres://…")
  var journal: String

  @Option(help: "The creation's id, as errors, the log and the audit trail have it.")
  var creation: String

  @Option(help: "created or absent.")
  var verdict: String

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await printResult { () throws(StartError) in
      try await JournalOperations.resolve(
        journal, creationID: creation, verdict: verdict, operatorName: options.name,
        keysPath: options.journalKeys)
    }
  }
}
