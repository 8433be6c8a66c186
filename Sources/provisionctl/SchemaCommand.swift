import ArgumentParser

/// `provisionctl schema`
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of what create-user --cli-input-json accepts.")

  func run() {
    print(JSONOutput.render(AdminCreateUserInput.schema))
  }
}
