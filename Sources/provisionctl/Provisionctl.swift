import ArgumentParser
import ProcessPrivacy

/// The command-line client of a running `provisiond`.
@main
struct Provisionctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provisionctl",
    abstract: "Talks to a running provisiond.",
    version: "0.1.0",
    subcommands: [
      CreateUserCommand.self, AuditCommand.self, PolicyCommand.self, HealthCommand.self,
      SchemaCommand.self,
    ])

  static func main() async {
    ProcessPrivacy.begin()
    await main(nil)
  }
}
