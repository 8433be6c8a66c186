import Testing

@Suite struct WordingTests {
  @Test func namesSayWhatThingsAre() throws {
    let findings = try Repository.files().flatMap(Wording.vagueNames)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func deferredWorkHasAnIssue() throws {
    let findings = try Repository.files().flatMap(Wording.deferredWork)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func nothingTraps() throws {
    let findings = try Repository.files().flatMap(Wording.traps)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func everyTestRuns() throws {
    let findings = try Repository.files().flatMap(Wording.skippedTests)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test(arguments: [
    "final class SessionManager {}", "struct Helper {}", "enum StringUtil {}",
    "actor BaseServer {}",
    "protocol JournalWrapper {}", "typealias UtilKit = Int",
  ])
  func refusesAVagueTypeName(text: String) {
    #expect(Wording.vagueNames(SourceFile(path: "Sources/A/B.swift", text: text)).count == 1)
  }

  @Test(arguments: ["struct Database {}", "struct Basement {}", "let note = \"struct Helper\""])
  func allowsAPlainTypeName(text: String) {
    #expect(Wording.vagueNames(SourceFile(path: "Sources/A/B.swift", text: text)).isEmpty)
  }

  @Test(arguments: [
    "Sources/A/Utils/B.swift", "Sources/Extensions/B.swift", "Tests/Common/b.py",
    "Tests/helpers/b.py", "Sources/A/SessionManager.swift",
  ])
  func refusesAVaguePath(path: String) {
    #expect(Wording.vagueNames(SourceFile(path: path, text: "")).count == 1)
  }

  @Test(arguments: [
    "// TODO later", "# FIXME: this", "/* XXX */", "// HACK (soon)", "// TODO(me) #x",
  ])
  func refusesDeferredWork(text: String) {
    #expect(Wording.deferredWork(SourceFile(path: "Sources/A/B.swift", text: text)).count == 1)
  }

  @Test(arguments: ["// TODO(#12) later", "// TODO #12", "mktemp -t aXXXXXX"])
  func allowsDeferredWorkWithAnIssue(text: String) {
    #expect(Wording.deferredWork(SourceFile(path: "Sources/A/B.swift", text: text)).isEmpty)
  }

  @Test(arguments: [
    "let a = try! b()", "let a = b as! C", "fatalError(\"no\")", "print(a)", "  dump(a)",
  ])
  func refusesATrap(text: String) {
    #expect(Wording.traps(SourceFile(path: "Sources/GRPC/B.swift", text: text)).count == 1)
  }

  @Test(arguments: [
    ("GRPC", "let a = \"try! print(b)\" // as!"), ("GRPC", "fingerprint(a)"),
    ("provisionctl", "print(a)"),
  ])
  func allowsWhatDoesNotTrap(room: String, text: String) {
    #expect(Wording.traps(SourceFile(path: "Sources/\(room)/B.swift", text: text)).isEmpty)
  }

  @Test func noKeyPathLeadsThroughAnOptional() throws {
    let findings = try Repository.files().flatMap(Wording.keyPathsThroughOptionals)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test(arguments: [
    ("a.compactMap(\\.b?.c)", 1), ("a[keyPath: \\A.b.c?.d.e]", 1), ("a.map(\\.b)", 0),
    ("a.map { $0.b?.c }", 0), ("let a = \"\\.b?.c\"", 0), ("a.map(\\.b) ?? c?.d", 0),
  ])
  func refusesAKeyPathThroughAnOptional(text: String, count: Int) {
    let file = SourceFile(path: "Sources/A/B.swift", text: text)
    #expect(Wording.keyPathsThroughOptionals(file).count == count)
  }

  @Test(arguments: [
    "@Test(.disabled(\"flaky\")) func f() {}", "@pytest.mark.skip", "pytest.skip(\"\")",
  ])
  func refusesASkippedTest(text: String) {
    #expect(Wording.skippedTests(SourceFile(path: "Tests/A/b.py", text: text)).count == 1)
  }
}
