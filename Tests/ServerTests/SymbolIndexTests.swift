import Foundation
import Messages
import Testing

@testable import Server

@Suite struct SymbolIndexTests {
  private func embedded() throws -> SymbolIndex {
    try SymbolIndex(descriptorSet: DescriptorSet.serializedBytes)
  }

  @Test(arguments: [
    ("provisioning.v1.UserProvisioningService", "provisioning/v1/user_provisioning.proto"),
    (
      "provisioning.v1.UserProvisioningService.CreateUser",
      "provisioning/v1/user_provisioning.proto"
    ),
    ("provisioning.v1.CreateUserRequest", "provisioning/v1/user_provisioning.proto"),
    ("provisioning.v1.CreateUserRequest.username", "provisioning/v1/user_provisioning.proto"),
    (
      "provisioning.v1.CreateUserRequest.ClientMetadataEntry.value",
      "provisioning/v1/user_provisioning.proto"
    ),
    ("provisioning.v1.BatchCreateUsersResponse.result", "provisioning/v1/user_provisioning.proto"),
    ("provisioning.v1.MessageAction", "provisioning/v1/user_provisioning.proto"),
    ("provisioning.v1.MESSAGE_ACTION_SEND", "provisioning/v1/user_provisioning.proto"),
    (
      "provisioning.v1.MessageAction.MESSAGE_ACTION_SEND",
      "provisioning/v1/user_provisioning.proto"
    ),
    ("provisioning.v1.AuditService.ListAuditEvents", "provisioning/v1/audit.proto"),
    ("google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto"),
    ("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"),
    ("grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"),
    ("google.protobuf.Any.type_url", "google/protobuf/any.proto"),
  ])
  func findsTheFileThatDeclares(symbol: String, file: String) throws {
    let files = try #require(try embedded().files(declaring: symbol))
    let direct = try embedded().files(named: file)
    #expect(files == direct)
    if !file.hasPrefix("google/protobuf") {
      #expect(try files.first == Protoc.file(file))
    }
  }

  @Test(arguments: [
    "", ".", "provisioning", "provisioning.v1", "provisioning.v1.CreateUser",
    "provisioning.v1.CreateUserRequest.", "CreateUserRequest", "provisioning.v1.createuserrequest",
    "provisioning.v1.UserProvisioningService.createUser",
  ])
  func findsNothingElse(symbol: String) throws {
    #expect(try embedded().files(declaring: symbol) == nil)
    #expect(try embedded().files(named: symbol) == nil)
  }

  @Test func givesEachImportedFileOnce() throws {
    let files = try #require(
      try embedded().files(named: "provisioning/v1/user_provisioning.proto"))
    let names = try files.map { try DescriptorNames(file: $0[...]).fileName }
    #expect(names.first == "provisioning/v1/user_provisioning.proto")
    #expect(Set(names).count == names.count)
    let fromProtoc = try Protoc.descriptorSet(of: ["provisioning/v1/user_provisioning.proto"])
    var expected: Set<String> = []
    try DescriptorNames.forEach(in: fromProtoc[...]) { _, file throws(WireFields.Malformed) in
      expected.insert(try DescriptorNames(file: file).fileName)
    }
    #expect(Set(names) == expected)
  }

  /// A document of proto2 has what the contract has not: extensions, in a file and in a message.
  private static let extended = """
    syntax = "proto2";
    package a.b;
    message Open { extensions 100 to 200; message Inner { extensions 5 to 9; } }
    message Closed { extend Open { optional string within = 101; } oneof choice { int32 x = 1; } }
    extend Open { optional int32 outside = 150; }
    extend Open.Inner { optional bool deep = 7; }
    enum Outer { ONE = 1; }
    service S { rpc M(Open) returns (stream Closed); }
    """

  private func extended() throws -> SymbolIndex {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Self.extended.utf8).write(to: folder.appending(path: "x.proto"))
    return try SymbolIndex(
      descriptorSet: try Protoc.descriptorSet(of: ["x.proto"], in: folder))
  }

  @Test func extensions() throws {
    let index = try extended()
    #expect(index.extensionNumbers(of: "a.b.Open") == [101, 150])
    #expect(index.extensionNumbers(of: "a.b.Open.Inner") == [7])
    #expect(index.extensionNumbers(of: "a.b.Closed") == [])
    #expect(index.extensionNumbers(of: "a.b.Outer") == nil)
    #expect(index.extensionNumbers(of: "a.b.None") == nil)
    #expect(index.files(declaring: 101, of: "a.b.Open")?.count == 1)
    #expect(index.files(declaring: 7, of: "a.b.Open.Inner")?.count == 1)
    #expect(index.files(declaring: 102, of: "a.b.Open") == nil)
    #expect(index.files(declaring: 101, of: "a.b.Closed") == nil)
    for symbol in [
      "a.b.Closed.within", "a.b.outside", "a.b.deep", "a.b.Closed.choice", "a.b.Closed.x",
      "a.b.ONE", "a.b.Outer.ONE", "a.b.S.M",
    ] {
      #expect(index.files(declaring: symbol)?.count == 1, "\(symbol)")
    }
  }

  @Test func aSetThatIsCutIsNotRead() {
    #expect(throws: WireFields.Malformed.self) {
      try SymbolIndex(descriptorSet: Array(DescriptorSet.serializedBytes.dropLast()))
    }
  }
}
