import ArgumentParser
import Server

/// `provisiond policy`
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Works with policy documents, without a running service.",
    subcommands: [Check.self])

  /// `provisiond policy check FILE`
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says whether a document would be accepted, and what is wrong with it.")

    @Argument(help: "The policy document.")
    var file: String

    func run() throws {
      do {
        print("\(file): accepted, digest \(try PolicyDocument.check(path: file))")
      } catch {
        throw Exit.because(error.description, code: .configuration)
      }
    }
  }
}
