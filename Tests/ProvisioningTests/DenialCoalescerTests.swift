import Testing

@testable import Provisioning

@Suite("Floods of denials")
struct DenialCoalescerTests {
  private static let second: Int64 = 1_000_000
  private static let minute = 60 * second

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
    let early = coalescer.release(at: 200 + Self.second - 1)
    #expect(early.isEmpty && !coalescer.isEmpty)
    let held = coalescer.release(at: 200 + Self.second)
    #expect(held.map(\.denial) == [denial()])
    #expect(held.map(\.count) == [800])
    #expect(held.map(\.firstMicroseconds) == [200])
    #expect(held.map(\.lastMicroseconds) == [999])
    let again = coalescer.release(at: 10 * Self.second)
    #expect(again.isEmpty)
    // Ten a minute.
    let later = (0..<100).count { _ in coalescer.admits(denial(), at: Self.minute) }
    #expect(later == 10)
  }

  @Test("While a flood lasts it is told less and less often, once a minute at last")
  func holding() {
    var coalescer = DenialCoalescer()
    var times: [Int64] = []
    for second in 0..<600 {
      let now = Int64(second) * Self.second
      for _ in 0..<300 { _ = coalescer.admits(denial(), at: now) }
      if !coalescer.release(at: now).isEmpty { times.append(Int64(second)) }
    }
    #expect(times.prefix(6) == [1, 4, 9, 18, 35, 68])
    #expect(zip(times.dropFirst(6), times.dropFirst(5)).allSatisfy { $0 - $1 == 61 })
  }

  /// An hour of ten thousand denials a second, of ever new kinds: whatever a caller asks for, it is
  /// so many records and no more.
  @Test("The records of a flood are bounded", arguments: [1, 10, 1000])
  func bound(kinds: Int) {
    var coalescer = DenialCoalescer()
    var (sent, counted) = (Int64(0), Int64(0))
    var records = [Int](repeating: 0, count: 61)
    for second in 0..<3600 {
      let now = Int64(second) * Self.second
      for number in 0..<100 {
        sent += 1
        let kind = (second * 100 + number) % kinds
        if coalescer.admits(denial(organization: "o\(kind)", reason: "R\(kind % 7)"), at: now) {
          records[second / 60] += 1
          counted += 1
        }
      }
      for held in coalescer.release(at: now) {
        records[second / 60] += 1
        counted += held.count
      }
    }
    for held in coalescer.release(at: 3600 * Self.second, isLast: true) { counted += held.count }
    #expect(counted == sent)
    // What may be recorded at once is used up by then.
    #expect(records[30...].allSatisfy { $0 <= DenialCoalescer.recordsPerMinute })
    // Before a minute is held, each kind is told six times.
    #expect(records.reduce(0, +) <= 1000 + 6 * 17 + 60 * DenialCoalescer.recordsPerMinute)
  }

  @Test("Kinds beyond the first are told together")
  func various() {
    var coalescer = DenialCoalescer()
    var admitted = 0
    for round in 0..<300 {
      for kind in 0..<40 {
        let denial = denial(organization: "o\(kind)", reason: "R\(kind % 2)")
        if coalescer.admits(denial, at: Int64(round)) { admitted += 1 }
      }
    }
    #expect(admitted == 1000)
    let held = coalescer.release(at: Self.second * 2)
    #expect(held.count == 17)
    let rest = held.filter { $0.denial.organization.isEmpty }
    #expect(rest.map(\.denial.reason) == ["VARIOUS"])
    #expect(held.reduce(0) { $0 + $1.count } + Int64(admitted) == 12_000)
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
    let held = coalescer.release(at: 0, isLast: true)
    #expect(held.map(\.denial) == [common])
  }

  @Test("No denial is lost, at whatever times they come")
  func property() {
    for _ in 0..<20 {
      var coalescer = DenialCoalescer()
      var (now, recorded, counted) = (Int64(0), Int64(0), Int64(0))
      for _ in 0..<2000 {
        now += .random(in: -1000...20_000)
        let kind = "R\(Int.random(in: 0..<30))"
        if coalescer.admits(denial(reason: kind), at: now) { recorded += 1 }
        if Int.random(in: 0..<50) == 0 {
          counted += coalescer.release(at: now).reduce(0) { $0 + $1.count }
        }
      }
      counted += coalescer.release(at: now, isLast: true).reduce(0) { $0 + $1.count }
      #expect(recorded + counted == 2000)
    }
  }

  @Test("Who has not come for as long as his denials count is forgotten")
  func forgetting() {
    var coalescer = DenialCoalescer()
    let admitted = (0..<1000).count { _ in coalescer.admits(denial(), at: 0) }
    let held = coalescer.release(at: 10 * Self.minute)
    #expect(admitted + held.count == 201 && !coalescer.isEmpty)
    // The two hundred of one kind are worth twenty minutes.
    let rest = coalescer.release(at: 21 * Self.minute)
    #expect(rest.isEmpty && coalescer.isEmpty)
  }

  @Test("A clock that is put back by a year does not hold denials for a year")
  func clock() {
    var coalescer = DenialCoalescer()
    let year: Int64 = 365 * 24 * 3600 * 1_000_000
    for _ in 0..<300 { _ = coalescer.admits(denial(), at: year) }
    let held = coalescer.release(at: 0)
    #expect(held.map(\.count) == [100])
    let verdicts = [0, Self.minute].map { coalescer.admits(denial(), at: $0) }
    #expect(verdicts == [false, true])
  }
}
