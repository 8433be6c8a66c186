import ArgumentParser
import Server

/// `provisiond policy`
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Works with policy documents, without a running service.",
    subcommands: [Check.self, Test.self, Schema.self, Explain.self])

  /// `provisiond policy check FILE`
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Says whether a document would be accepted, and what is wrong with it.")

    @Argument(help: "The policy document.")
    var file: String

    func run() throws {
      let digest = try accepted { () throws(PolicyDocumentError) in
        try PolicyDocument.check(path: file)
      }
      print("\(file): accepted, digest \(digest)")
    }
  }

  /// `provisiond policy test FILE CASES`
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test",
      abstract: "Runs cases against a document: requests, and what they must come to.",
      discussion: """
        Exits with 1 when a case comes to something else, and with 78 when one of the two files \
        is refused.
        """)

    @Argument(help: "The policy document.")
    var file: String

    @Argument(help: "The cases: YAML with a list under the key cases.")
    var cases: String

    func run() throws {
      let outcomes = try accepted { () throws(PolicyDocumentError) in
        try PolicyCases.run(policyPath: file, casesPath: cases)
      }
      let failed = outcomes.filter { !$0.differences.isEmpty }
      for outcome in failed {
        print("\(outcome.name)")
        for line in outcome.differences.joined(separator: "\n").split(separator: "\n") {
          print("  \(line)")
        }
      }
      print("\(cases): \(outcomes.count) cases, \(failed.count) not as expected")
      if !failed.isEmpty { throw ExitCode.failure }
    }
  }

  /// `provisiond policy schema`
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema",
      abstract: "Prints the JSON Schema of policy documents, for editors.")

    func run() {
      print(PolicySchema.text)
    }
  }

  /// `provisiond policy explain FILE --organization NAME`
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain",
      abstract: "Says which rule decides: for an organization, and for a request of a caller.")

    @Argument(help: "The policy document.")
    var file: String

    @Option(help: "The organization.")
    var organization: String

    @Option(help: "A caller's id. Default: the first caller of the document.")
    var caller: String?

    @Option(help: "A request as cases have it, in YAML or JSON, e.g. '{username: ada}'.")
    var request: String?

    func run() throws {
      let text = try accepted { () throws(PolicyDocumentError) in
        try PolicyExplanation.text(
          path: file, organization: organization, callerID: caller, request: request)
      }
      print(text, terminator: "")
    }
  }
}

/// What a document gives; one that is refused ends the command.
private func accepted<Value>(_ body: () throws(PolicyDocumentError) -> Value) throws -> Value {
  do throws(PolicyDocumentError) {
    return try body()
  } catch {
    throw Exit.because(error.description, code: .configuration)
  }
}
