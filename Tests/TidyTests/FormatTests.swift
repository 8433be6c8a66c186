import Testing

@Suite struct FormatTests {
  private func lint(_ arguments: [String], input: String = "") throws -> (
    status: Int32, output: String
  ) {
    try Repository.run(
      ["swift", "format", "lint", "--strict", "--configuration", ".swift-format"] + arguments,
      in: Repository.root, input: input)
  }

  @Test func theSourcesAreFormatted() throws {
    let result = try lint(["--recursive", "--parallel", "Sources", "Tests", "Package.swift"])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func refusesUnformattedSource() throws {
    #expect(try lint(["-"], input: "let a = 1\n").status == 0)
    #expect(try lint(["-"], input: "let  a=1;\n").status != 0)
  }
}
