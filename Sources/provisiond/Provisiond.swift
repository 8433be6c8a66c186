import ArgumentParser
import ProcessPrivacy
import Server

/// The server, and the operator's offline commands.
@main
struct Provisiond: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provisiond",
    abstract: "The one door to the company's Amazon Cognito user pools.",
    version: "0.1.0",
    subcommands: [
      ServeCommand.self, PolicyCommand.self, JournalCommand.self, TokenCommand.self,
    ])

  static func main() async {
    ProcessPrivacy.begin()
    await main(nil)
  }
}
