import Testing

@testable import Provisioning

@Suite("Floods of denials")
struct DenialCoalescerTests {
  private func denial(
    caller: String = "a", organization: String = "acme", reason: String = "R",
    peer: String = "192.0.2.1", fields: [String] = ["f"]
  ) -> Denial {
    Denial(
      origin: CallOrigin(callerID: caller, authentication: .token, onBehalfOf: "j", peer: peer),
      organization: organization, policyDigest: "d", requestID: someRequestID, reason: reason,
      fields: fields)
  }

  @Test("The first of a kind are recorded one by one, the others are counted")
  func counting() {
    var coalescer = DenialCoalescer()
    let admitted = (0..<1000).count { coalescer.admits(denial(), at: Int64($0)) }
    #expect(admitted == 200)
    // Another kind is not held up.
    for other in [denial(caller: "b"), denial(organization: ""), denial(reason: "S")] {
      let isAdmitted = coalescer.admits(other, at: 1000)
      #expect(isAdmitted)
    }
    let held = coalescer.release(at: 1000)
    #expect(held.map(\.denial) == [denial()])
    #expect(held.map(\.count) == [800])
    #expect(held.map(\.firstMicroseconds) == [200])
    #expect(held.map(\.lastMicroseconds) == [999])
    let again = coalescer.release(at: 1000)
    #expect(again.isEmpty)
    // Ten a second.
    let later = (0..<100).count { _ in coalescer.admits(denial(), at: 1_001_000) }
    #expect(later == 10)
  }

  @Test("What differs is left out")
  func differences() {
    var coalescer = DenialCoalescer()
    for _ in 0..<200 { _ = coalescer.admits(denial(), at: 0) }
    var last = denial(peer: "192.0.2.2", fields: ["g"])
    last.requestID = ""
    last.origin.onBehalfOf = nil
    for denial in [denial(), last] {
      let isAdmitted = coalescer.admits(denial, at: 0)
      #expect(!isAdmitted)
    }
    var common = denial(peer: "", fields: [])
    common.requestID = ""
    common.origin.onBehalfOf = nil
    let held = coalescer.release(at: 0)
    #expect(held.map(\.denial) == [common])
  }

  @Test("No denial is lost, at whatever times they come")
  func property() {
    for _ in 0..<20 {
      var coalescer = DenialCoalescer()
      var (now, recorded, counted) = (Int64(0), Int64(0), Int64(0))
      for _ in 0..<2000 {
        now += .random(in: -1000...20_000)
        if coalescer.admits(denial(), at: now) { recorded += 1 }
        if Int.random(in: 0..<50) == 0 {
          counted += coalescer.release(at: now).reduce(0) { $0 + $1.count }
        }
      }
      counted += coalescer.release(at: now).reduce(0) { $0 + $1.count }
      #expect(recorded + counted == 2000)
    }
  }

  @Test("A clock that is put back by a year does not hold denials for a year")
  func clock() {
    var coalescer = DenialCoalescer()
    let year: Int64 = 365 * 24 * 3600 * 1_000_000
    for _ in 0..<300 { _ = coalescer.admits(denial(), at: year) }
    let verdicts = [0, 30_000_000].map { coalescer.admits(denial(), at: $0) }
    #expect(verdicts == [false, true])
  }
}
