import ArgumentParser
import Server

/// `provisiond journal schema`
struct JournalSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the SQL that makes a journal's tables in PostgreSQL.",
    discussion: "For the database's owner, where the service's role may not make them itself.")

  @Option(help: "The service's role, which gets the rights that it needs.")
  var role: String?

  func run() {
    print(JournalOperations.schema(role: role), terminator: "")
  }
}
