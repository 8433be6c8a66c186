import Testing

@testable import Journal

struct NonceSupplyTests {
  /// Over many fetches: none is given twice.
  @Test func noNonceIsGivenTwice() throws {
    let nonces = NonceSupply()
    var given: Set<[UInt8]> = []
    for _ in 0..<1000 { given.insert(Array(try nonces.next())) }
    #expect(given.count == 1000)
    #expect(given.allSatisfy { $0.count == 12 })
  }
}
