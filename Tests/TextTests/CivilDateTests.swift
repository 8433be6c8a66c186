import Testing
import Text

@Suite struct CivilDateTests {
  @Test func everyDayOfFourCenturiesIsTheDayAfterTheOneBefore() {
    var previous = CivilDate(daysSinceEpoch: -1)
    for day in 0..<146_097 {
      let date = CivilDate(daysSinceEpoch: day)
      #expect(date.daysSinceEpoch == day)
      let follows =
        date.day == previous.day + 1 && date.month == previous.month
        || date.day == 1 && date.month == previous.month + 1
        || date.day == 1 && date.month == 1 && date.year == previous.year + 1
      if !follows { Issue.record("\(date) follows \(previous)") }
      previous = date
    }
  }
}
