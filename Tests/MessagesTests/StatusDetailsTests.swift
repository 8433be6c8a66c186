import Messages
import Testing

@Suite struct StatusDetailsTests {
  @Test("Details are found by their type")
  func details() throws {
    let status = GoogleRPC.Status(
      code: 3, message: "m",
      details: [
        .init(GoogleRPC.ErrorInfo.sample), .init(GoogleRPC.BadRequest.sample),
        .init(GoogleRPC.RetryInfo.sample), .init(GoogleRPC.PreconditionFailure.sample),
        .init(GoogleRPC.QuotaFailure.sample), .init(GoogleRPC.ResourceInfo.sample),
      ])
    let read = try GoogleRPC.Status(serializedBytes: status.serialized().span)
    #expect(read == status)
    #expect(try read.detail(GoogleRPC.ErrorInfo.self) == .sample)
    #expect(try read.detail(GoogleRPC.BadRequest.self) == .sample)
    #expect(try read.detail(GoogleRPC.RetryInfo.self) == .sample)
    #expect(try read.detail(GoogleRPC.PreconditionFailure.self) == .sample)
    #expect(try read.detail(GoogleRPC.QuotaFailure.self) == .sample)
    #expect(try read.detail(GoogleRPC.ResourceInfo.self) == .sample)
    #expect(try read.detail(GoogleRPC.Help.self) == nil)
    #expect(try read.detail(GoogleRPC.LocalizedMessage.self) == nil)
  }

  @Test("Details are typed with the messages' full names")
  func typeNames() {
    func name<Detail: StatusDetail & SampleMessage>(_ type: Detail.Type) {
      #expect(type.typeName == type.fullName)
      #expect(
        GoogleProtobuf.AnyMessage(type.sample).typeURL == "type.googleapis.com/\(type.fullName)")
    }
    name(GoogleRPC.ErrorInfo.self)
    name(GoogleRPC.BadRequest.self)
    name(GoogleRPC.RetryInfo.self)
    name(GoogleRPC.PreconditionFailure.self)
    name(GoogleRPC.QuotaFailure.self)
    name(GoogleRPC.ResourceInfo.self)
    name(GoogleRPC.Help.self)
    name(GoogleRPC.LocalizedMessage.self)
  }

  @Test("A detail of the right type with wrong bytes is an error")
  func malformed() {
    let detail = GoogleProtobuf.AnyMessage(
      typeURL: "type.googleapis.com/google.rpc.ErrorInfo", value: [0x0A])
    #expect(throws: MessageError.malformed) {
      try GoogleRPC.Status(details: [detail]).detail(GoogleRPC.ErrorInfo.self)
    }
  }

  @Test("Any prefix of a type's URL will do; a URL without one is of no type")
  func typeURLs() throws {
    let value = GoogleRPC.RetryInfo.sample.serialized()
    func unpacked(_ url: String) throws -> GoogleRPC.RetryInfo? {
      try GoogleProtobuf.AnyMessage(typeURL: url, value: value).unpacked(
        as: GoogleRPC.RetryInfo.self)
    }
    #expect(try unpacked("example.com/a/google.rpc.RetryInfo") == .sample)
    #expect(try unpacked("/google.rpc.RetryInfo") == .sample)
    #expect(try unpacked("google.rpc.RetryInfo") == nil)
    #expect(try unpacked("type.googleapis.com/google.rpc.RetryInf") == nil)
    #expect(try unpacked("") == nil)
  }
}
