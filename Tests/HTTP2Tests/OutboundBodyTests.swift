import NIOCore
import Testing

@testable import HTTP2

@Suite struct OutboundBodyTests {
  private func read(_ body: inout OutboundBody, _ limit: Int) -> String {
    var target = [UInt8](repeating: 0, count: limit)
    let count = unsafe target.withUnsafeMutableBytes { unsafe body.read(into: $0) }
    return String(decoding: target[..<count], as: UTF8.self)
  }

  @Test func readsAcrossPieces() {
    var body = OutboundBody()
    for piece in ["abc", "", "de", "fghi"] {
      body.append(ByteBuffer(string: piece))
    }
    #expect(body.count == 9)
    #expect(read(&body, 4) == "abcd")
    body.append(ByteBuffer(string: "jk"))
    #expect(read(&body, 5) == "efghi")
    #expect(body.count == 2)
    #expect(read(&body, 5) == "jk")
    #expect(read(&body, 5) == "")
    body.append(ByteBuffer(string: "l"))
    #expect(read(&body, 5) == "l")
    #expect(body.count == 0)
  }

  @Test func takesNothingAfterItsEnd() {
    var body = OutboundBody()
    body.append(ByteBuffer(string: "a"))
    body.finish(.trailers(["t": "1"]))
    body.append(ByteBuffer(string: "b"))
    body.finish(.plain)
    #expect(body.count == 1)
    #expect(body.end == .trailers(["t": "1"]))
  }
}
