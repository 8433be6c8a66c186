import Testing

@testable import HTTP2

@Suite struct SkippedStreamIDsTests {
  /// Which of the numbers, taken in this order, are admitted.
  private func admitted(_ ids: [Int32]) -> [Int32] {
    var skipped = SkippedStreamIDs()
    return ids.filter { skipped.admit($0) }
  }

  @Test func admitsWhatAnHonestClientDoes() {
    #expect(admitted([1, 3, 5, 3, 1, 7, 7]) == [1, 3, 5, 3, 1, 7, 7])
  }

  @Test func refusesANumberThatWasSkipped() {
    #expect(admitted([5, 3, 1, 5, 9, 7]) == [5, 5, 9])
  }

  @Test func remembersNoMoreThanItsCapacity() {
    let capacity = Int32(SkippedStreamIDs.capacity)
    let everyOther = (0...capacity).map { 3 + $0 * 4 }
    #expect(admitted(everyOther + [1, 1 + capacity * 4]) == everyOther + [1 + capacity * 4])
  }
}
