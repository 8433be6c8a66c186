import Testing

@testable import HTTP2

@Suite struct DescriptorLimitTests {
  @Test func keepsHalfBackUpToAnEnd() {
    #expect(DescriptorLimit.firstReserved(of: 64) == 32)
    #expect(DescriptorLimit.firstReserved(of: 1024) == 768)
    #expect(DescriptorLimit.firstReserved(of: 1 << 20) == (1 << 20) - 256)
  }

  @Test func aProcessWithDescriptorsToSpareIsNotNearItsLimit() {
    #expect(DescriptorLimit.current > 0)
    #expect(!DescriptorLimit.isNear)
  }
}
