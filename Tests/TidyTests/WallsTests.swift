import Testing

@Suite struct WallsTests {
  @Test func everyRoomImportsWhatItMay() throws {
    let findings = try Repository.files().flatMap(Walls.forbiddenImports)
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func oneFileOfARoomImportsACLibrary() throws {
    let findings = Walls.scatteredImports(try Repository.files())
    #expect(findings.isEmpty, "\(report(findings))")
  }

  @Test func everyRoomIsInTheTable() throws {
    let rooms = Set(try Repository.files().filter(\.isSwift).compactMap(\.room))
    #expect(rooms == Set(Walls.allowed.keys))
  }

  @Test(arguments: [
    ("Provisioning", "import Foundation"),
    ("Provisioning", "import Synchronization"),
    ("JSON", "import SigV4"),
    ("SigV4", "import NIOCore"),
    ("Cognito", "package import Messages"),
    ("CognitoSandbox", "private import struct Cognito.Endpoint"),
    ("Messages", "@preconcurrency import Logging"),
    ("HTTP2", "import NIOCore; import GRPC"),
    ("Server", "import GRDB"),
    ("provisiond", "@testable import Cognito"),
    ("GRPC", "@_spi(Secret) import NIOPosix"),
    ("Unheard", "import Foundation"),
  ])
  func refusesAnImportThroughAWall(room: String, text: String) {
    let file = SourceFile(path: "Sources/\(room)/Example.swift", text: "// first\n\(text)\n")
    #expect(Walls.forbiddenImports(file).count == 1)
  }

  @Test(arguments: [
    ("Provisioning", "Normalization", "import Foundation"),
    ("HTTP2", "HTTP2Session", "private import CNghttp2"),
    ("GRPC", "Status", "// import Foundation\nlet text = \"import Foundation\""),
  ])
  func allowsWhatTheTableAllows(room: String, name: String, text: String) {
    let file = SourceFile(path: "Sources/\(room)/\(name).swift", text: text)
    #expect(Walls.forbiddenImports(file).isEmpty)
  }

  @Test func refusesASecondFileWithTheSameCLibrary() {
    let files = ["A", "B"].map {
      SourceFile(path: "Sources/HTTP2/\($0).swift", text: "import CNghttp2\n")
    }
    #expect(Walls.scatteredImports(files).map(\.path) == ["Sources/HTTP2/B.swift"])
  }

  @Test func refusesASecondFileWithFoundationInTheDomain() {
    let files = ["Normalization", "NormalizedText"].map {
      SourceFile(path: "Sources/Provisioning/\($0).swift", text: "import Foundation\n")
    }
    #expect(Walls.scatteredImports(files).count == 1)
  }
}

func report(_ findings: [Finding]) -> String {
  findings.map(\.description).joined(separator: "\n")
}
