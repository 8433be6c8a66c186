import Testing

@Suite struct ManifestTests {
  @Test func everyDependencyIsImported() throws {
    let files = try Repository.files()
    let manifest = try #require(files.first { $0.path == "Package.swift" })
    // The reading by text still finds what is there.
    let folders = Manifest.targets(of: manifest.text).map(\.folder)
    for room in Walls.allowed.keys { #expect(folders.contains("Sources/\(room)")) }
    let findings = Manifest.unusedDependencies(manifest, files)
    #expect(findings.isEmpty, "\(report(findings))")
    let stray = Manifest.strayFiles(manifest, files)
    #expect(stray.isEmpty, "\(report(stray))")
  }

  @Test func findsFilesOfNoTarget() {
    let paths = [
      "Package.swift", "Sources/A/A.swift", "Sources/A/Deep/A.swift", "Sources/AB/A.swift",
      "Tests/ATests/A.swift", "Tests/D/A.swift", "Tests/E/A.swift", "Tests/Own/Package.swift",
      "Tests/Own/Sources/A.swift", "Tests/E/a.py", "Tests/Deep/F/A.swift",
    ]
    let findings = Manifest.strayFiles(
      SourceFile(
        path: "Package.swift",
        text: Self.example + ".target(name: \"F\", path: \"Tests/Deep/F\")"),
      paths.map { SourceFile(path: $0, text: "") })
    #expect(
      findings.map(\.description)
        == ["Sources/AB/A.swift", "Tests/E/A.swift"].map {
          "\($0):1: no target of Package.swift has this file"
        })
  }

  static let example = """
    extension Target.Dependency {
      static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
      static let yams: Self = .product(
        name: "Yams", package: "Yams")
    }
    let targets = [
      room("A", [.nioCore]),
      room(
        "B",
        [
          "A", .yams,
        ]),
      .executableTarget(
        name: "c", dependencies: ["B", .nioCore], swiftSettings: strict),
      tests(of: "A", [.nioCore]),
      tests(of: "B"),
      .testTarget(name: "D", swiftSettings: strict),
    ]
    """

  @Test func readsEveryKindOfTarget() {
    #expect(
      Manifest.targets(of: Self.example) == [
        .init(folder: "Sources/A", line: 7, dependencies: ["NIOCore"]),
        .init(folder: "Sources/B", line: 8, dependencies: ["A", "Yams"]),
        .init(folder: "Sources/c", line: 13, dependencies: ["B", "NIOCore"]),
        .init(folder: "Tests/ATests", line: 15, dependencies: ["NIOCore", "A"]),
        .init(folder: "Tests/BTests", line: 16, dependencies: ["B"]),
        .init(folder: "Sources/D", line: 17, dependencies: []),
      ])
  }

  @Test func findsWhatNobodyImports() {
    let files = [
      SourceFile(path: "Sources/A/A.swift", text: "package import NIOCore\n"),
      SourceFile(path: "Sources/B/B.swift", text: "import A // import Yams\n"),
      SourceFile(path: "Tests/ATests/A.swift", text: "@testable import A\n"),
    ]
    let findings = Manifest.unusedDependencies(
      SourceFile(path: "Package.swift", text: Self.example), files)
    #expect(
      findings.map(\.description) == [
        "Package.swift:8: no file of Sources/B imports Yams",
        "Package.swift:15: no file of Tests/ATests imports NIOCore",
      ])
  }
}
