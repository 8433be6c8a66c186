import Foundation
import Logging
import Provisioning
import Testing

@testable import Server

@Suite struct PolicyStoreTests {
  private static let anonymous = """
    version: 1
    organizations: {acme: {user_pools: [{id: us-east-1_AbCd12345}]}}
    callers: [{id: anyone, anonymous: true, organizations: ["*"], permissions: ["*"]}]
    """
  private static let nobody = """
    version: 1
    organizations: {acme: {user_pools: [{id: us-east-1_AbCd12345}]}}
    """

  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml").path
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func anAnonymousCallerIsRefusedWhereCallersAreExposed() throws {
    try withFile(Self.anonymous) { path in
      let store = try PolicyStore(path: path)
      #expect(store.current.anonymousCaller != nil)
      let error = #expect(throws: PolicyDocumentError.self) {
        try PolicyStore(path: path, allowsAnonymous: false)
      }
      #expect(error?.description.contains("--insecure") == true)
    }
  }

  @Test func aReloadCannotBringOneIn() throws {
    try withFile(Self.nobody) { path in
      let store = try PolicyStore(path: path, allowsAnonymous: false)
      let digest = store.current.digest
      try Data(Self.anonymous.utf8).write(to: URL(filePath: path))
      store.reload(Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      #expect(store.current.anonymousCaller == nil)
      #expect(store.current.digest == digest)
      #expect(store.readiness.detail.contains("the last reload was refused"))
    }
  }
}
