import Foundation
import Logging
import Synchronization

@testable import Journal
@testable import Provisioning

/// A PostgreSQL server for all tests of a run: it ends when its standard input does, with this
/// process.
struct PostgreSQLServer {
  struct DidNotStart: Error {}

  static let shared = Result { try PostgreSQLServer() }

  private let process = Process()
  private let input = Pipe()
  /// Where its socket is.
  let directory: String

  private init() throws {
    process.executableURL = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "PostgreSQL/server")
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.hasSuffix("\n") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { throw DidNotStart() }
      text += String(decoding: data, as: UTF8.self)
    }
    guard let directory = text.split(separator: " ").last else { throw DidNotStart() }
    self.directory = directory.trimmingCharacters(in: .newlines)
  }
}

/// A schema of its own in the server for one test, and a folder for its keys.
final class PostgreSQLFixture: Sendable {
  private let folder: JournalFixture
  private let server: String
  let schema: String
  var keys: String { folder.keys }

  init() throws {
    folder = try JournalFixture()
    server = try PostgreSQLServer.shared.get().directory
    schema = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    try run("CREATE SCHEMA \(schema)")
  }

  func address(
    role: String = "postgres", through relay: PostgreSQLRelay? = nil
  ) throws -> PostgreSQLAddress {
    let url =
      "postgres:///postgres?host=\(relay?.directory ?? server)&user=\(role)"
      + "&options=-csearch_path%3D\(schema)&application_name=\(schema)"
    guard let address = PostgreSQLAddress(url) else {
      throw PostgreSQLServer.DidNotStart()
    }
    return address
  }

  /// As an operator would in `psql`.
  func run(_ script: String) throws {
    try PostgreSQLConnection(try address(), within: .seconds(30))
      .run(script: script, within: .seconds(30))
  }

  /// The first column of each row.
  func texts(_ query: String, role: String = "postgres") throws -> [String?] {
    let statement = PostgreSQLStatement(name: "texts", sql: query, types: [])
    return try PostgreSQLConnection.session(try address(role: role), statements: [statement])
      .rows(PostgreSQLCall(statement: statement)).map { try $0.text(0) }
  }

  func open(
    role: String = "postgres", keys: String? = nil, upstream: JournalUpstream = .sandbox,
    clock: any WallClock = FixedClock()
  ) throws -> PostgreSQLJournal {
    try PostgreSQLJournal.open(
      address: try address(role: role), keysDirectory: keys ?? self.keys, upstream: upstream,
      clock: clock, identifiers: RandomIdentifiers(), logger: .silent)
  }

  /// The error of an opening that has to fail.
  func openError(
    role: String = "postgres", keys: String? = nil, upstream: JournalUpstream = .sandbox
  ) async -> JournalOpenError? {
    do {
      await (try open(role: role, keys: keys, upstream: upstream)).close()
      return nil
    } catch {
      return error as? JournalOpenError
    }
  }
}
