import Provisioning
import Testing

@testable import Cognito

@Suite struct InvocationIDsTests {
  @Test func areDistinctUUIDsOfVersion4() {
    let ids = InvocationIDs()
    let others = InvocationIDs()
    var seen: Set<Identifier> = []
    for _ in 0..<1000 {
      for id in [ids.next(), others.next()] {
        let characters = Array(id.description)
        #expect(characters[14] == "4")
        #expect("89ab".contains(characters[19]))
        #expect(seen.insert(id).inserted)
      }
    }
  }
}
