import Testing

@testable import Journal

@Suite struct ServerPresenceTests {
  private static let start = ContinuousClock.now
  private var presence = ServerPresence()

  private func time(_ milliseconds: Int) -> ContinuousClock.Instant {
    Self.start + .milliseconds(milliseconds)
  }

  @Test mutating func nothingIsKnownBeforeTheFirstWord() {
    #expect(!presence.isKnown && !presence.isAnswered(at: time(0)))
    presence.ask(at: time(0))
    #expect(!presence.isKnown && !presence.isAnswered(at: time(1)))
    presence.fail(at: time(2))
    #expect(presence.isKnown && !presence.isAnswered(at: time(3)))
  }

  @Test mutating func itIsThereUntilAQuestionFails() {
    presence.ask(at: time(0))
    presence.answer(at: time(1))
    #expect(presence.isAnswered(at: time(10_000)))
    presence.ask(at: time(10_000))
    presence.fail(at: time(10_001))
    #expect(!presence.isAnswered(at: time(10_002)))
  }

  @Test mutating func silenceIsAFailureUntilItSpeaks() {
    presence.answer(at: time(0))
    presence.ask(at: time(100))
    #expect(presence.isAnswered(at: time(599)))
    #expect(!presence.isAnswered(at: time(600)))
    presence.answer(at: time(700))
    #expect(presence.isAnswered(at: time(2000)))
  }

  /// What writes comes back first: its callers repeat their calls at once.
  @Test mutating func anAnswerOnAnotherConnectionCounts() {
    presence.answer(at: time(0))
    presence.ask(at: time(100))
    presence.fail(at: time(101))
    presence.hear(at: time(200))
    #expect(presence.isAnswered(at: time(200)))
    // A question of before it that fails behind it tells nothing new; one of after it does.
    presence.ask(at: time(199))
    presence.fail(at: time(300))
    #expect(presence.isAnswered(at: time(300)))
    presence.ask(at: time(201))
    presence.fail(at: time(301))
    #expect(!presence.isAnswered(at: time(301)))
  }

  @Test mutating func anAnswerOnAnotherConnectionEndsNoSilenceForGood() {
    presence.answer(at: time(0))
    presence.ask(at: time(100))
    presence.hear(at: time(400))
    #expect(presence.isAnswered(at: time(899)))
    #expect(!presence.isAnswered(at: time(900)))
  }
}
