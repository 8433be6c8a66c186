import Testing

@testable import Provisioning

@Suite("Secrets")
struct SensitiveTests {
  @Test("A secret does not print, reflect or describe itself")
  func silence() {
    let secret = Sensitive("Kanarie-1")
    #expect("\(secret) \(String(reflecting: secret))" == "[redacted] [redacted]")
    #expect(Mirror(reflecting: secret).children.isEmpty)
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("Kanarie"))
    #expect(secret.exposed == "Kanarie-1" && secret == Sensitive("Kanarie-1"))
    #expect(secret != Sensitive("Kanarie-2") && secret != .empty && Sensitive.empty.isEmpty)
  }

  @Test("What is overwritten is zero, in the same memory")
  func overwriting() {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
    defer { unsafe memory.deallocate() }
    for index in memory.indices { unsafe memory[index] = UInt8(truncatingIfNeeded: index | 1) }
    unsafe Sensitive.overwrite(UnsafeMutableRawBufferPointer(rebasing: memory[8..<4000]))
    #expect(unsafe memory[8..<4000].allSatisfy { $0 == 0 })
    #expect(unsafe memory[..<8].allSatisfy { $0 != 0 } && memory[4000...].allSatisfy { $0 != 0 })
    unsafe Sensitive.overwrite(UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  @Test("A list that gives its bytes away has zeros in their place")
  func erasing() {
    var bytes = Array("Kanarie-1".utf8)
    let before = unsafe bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    let secret = Sensitive(erasing: &bytes)
    #expect(bytes == Array(repeating: 0, count: 9))
    let after = unsafe bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    #expect(before == after)
    #expect(secret.exposed == "Kanarie-1")
  }

  /// The bytes are written into room that is there already: a list that grew would leave them behind.
  @Test("The canonical bytes of a request with a password never move", arguments: [0, 1, 40])
  func room(attributes: Int) {
    let request = makeRequest {
      $0.temporaryPassword = Sensitive(String(repeating: "p", count: 256))
      $0.userAttributes = (0..<attributes).map {
        UserAttribute(name: "custom:\($0)", value: String(repeating: "v", count: 2048))
      }
      $0.clientMetadata = (0..<attributes).map { MetadataEntry(key: "\($0)", value: "") }
      $0.desiredDeliveryMediums = [.value(.email), .value(.sms)]
    }
    #expect(request.canonicalBytes.byteCount <= request.canonicalByteLimit)
  }

  @Test(
    "A password is judged without a copy of it",
    arguments: [
      ("Secret-1", true), ("Geheim-ü-😀", true), ("a b", false), ("a\u{2003}b", false),
      (String(repeating: "é", count: 256), true), (String(repeating: "é", count: 257), false),
    ])
  func judgement(text: String, isAccepted: Bool) {
    let request = makeRequest { $0.temporaryPassword = Sensitive(text) }
    let fields = RequestValidation.violations(of: request).map(\.field)
    #expect(fields.contains("temporary_password") != isAccepted)
  }
}
