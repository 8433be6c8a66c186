import Testing

@testable import JSON

@Suite("Plain text")
struct PlainTextTests {
  @Test("Any byte at any place, whatever stands behind it, is judged by itself")
  func everyByteAtEveryPlace() {
    let fillers = [UInt8(ascii: "a"), 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF]
    for filler in fillers {
      for place in 0..<19 {
        for byte in UInt8.min...UInt8.max {
          var text = [UInt8](repeating: filler, count: 19)
          text[place] = byte
          if place < 18 { text[18] = UInt8(ascii: "\"") }
          let expected = text.firstIndex {
            $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
          }
          for start in 0...place where PlainText.end(in: text.span, from: start) != expected ?? 19 {
            Issue.record("\(byte) among \(filler) at \(place), from \(start)")
          }
        }
      }
    }
  }
}
