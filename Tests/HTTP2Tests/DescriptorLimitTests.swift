import Testing

@testable import HTTP2

@Suite struct DescriptorLimitTests {
  @Test func staysBelowWhatTheProcessMayOpen() {
    #expect(DescriptorLimit.connections(atMost: 5) == 5)
    #expect(DescriptorLimit.connections(atMost: 1) == 1)
    let most = DescriptorLimit.connections(atMost: .max)
    #expect(most > 5)
    #expect(DescriptorLimit.connections(atMost: most + 1) <= most + 1)
  }
}
