import Testing

@Suite struct ContentsTests {
  @Test func theTopLevelHoldsOnlyWhatBelongsThere() throws {
    let findings = try Repository.paths().flatMap(Contents.strangers)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func noBuildProductIsTracked() throws {
    let findings = try Repository.trackedPaths().flatMap(Contents.buildProducts)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func noPathOfOneMachineIsWritten() throws {
    let findings = try Repository.files().flatMap(Contents.machinePaths)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test(arguments: ["notes.txt", "scripts/run.sh", "provisiond.db", "LICENSE.old"])
  func refusesAStrangerAtTheTop(path: String) {
    #expect(Contents.strangers(path).count == 1)
  }

  @Test(arguments: [".gitignore", ".ci/run", "Sources/A/B.swift", "LICENSE"])
  func allowsWhatBelongsAtTheTop(path: String) {
    #expect(Contents.strangers(path).isEmpty)
  }

  @Test(arguments: [
    ".build/debug/a", "Package.resolved", "a.db", "deploy/x.db-wal", "Tests/A/__pycache__/a.pyc",
    "provisiond.db.keys/hmac",
  ])
  func refusesABuildProduct(path: String) {
    #expect(Contents.buildProducts(path).count == 1)
  }

  @Test(arguments: ["see /workspace/notes", "HOME=/root/x", "\"/home/ann/a\"", "(/Users/ann)"])
  func refusesAPathOfOneMachine(text: String) {
    #expect(Contents.machinePaths(SourceFile(path: "README.md", text: text)).count == 1)
  }

  @Test(arguments: ["/usr/bin/env", "https://example.com/home/a", "docs/home/a", "the /home of it"])
  func allowsOtherPaths(text: String) {
    #expect(Contents.machinePaths(SourceFile(path: "README.md", text: text)).isEmpty)
  }
}
