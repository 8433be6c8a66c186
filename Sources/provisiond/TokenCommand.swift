import ArgumentParser
import Server

/// `provisiond token`
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Makes bearer tokens, without a running service.",
    subcommands: [New.self])

  /// `provisiond token new`
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new",
      abstract: "Draws a token: for the caller itself, and its SHA-256 for the policy document.",
      discussion: "The token is shown once and kept nowhere.")

    func run() {
      let token = NewToken()
      print("token: \(token.text)")
      print("token_sha256: \(token.digest)")
    }
  }
}
