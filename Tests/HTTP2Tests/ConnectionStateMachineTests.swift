import NIOCore
import Testing

@testable import HTTP2

@Suite struct ConnectionStateMachineTests {
  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1) + .seconds(seconds) }

  private func machine(
    jitter: Double = 0, _ change: (inout ConnectionLifeLimits) -> Void = { _ in }
  ) -> ConnectionStateMachine {
    var limits = ConnectionLifeLimits()
    change(&limits)
    return ConnectionStateMachine(limits, jitter: jitter, at: at(0))
  }

  // MARK: Keep-alive

  @Test func asksASilentPeerAndGivesItUp() {
    var machine = machine()
    #expect(machine.nextDeadline == at(7_200))
    equal(machine.tick(at: at(7_199)), nil)
    equal(machine.tick(at: at(7_200)), .ping(ConnectionStateMachine.keepalivePing))
    equal(machine.tick(at: at(7_200)), nil)
    #expect(machine.nextDeadline == at(7_220))
    equal(machine.tick(at: at(7_220)), .close(.noError, .keepaliveTimeout))
    #expect(machine.nextDeadline == .distantFuture)
    equal(machine.tick(at: at(100_000)), nil)
  }

  @Test func takesAnyByteForAnAnswer() {
    var machine = machine { $0.keepaliveTime = .seconds(10) }
    equal(machine.tick(at: at(10)), .ping(ConnectionStateMachine.keepalivePing))
    machine.received(at: at(25))
    equal(machine.tick(at: at(30)), nil)
    #expect(machine.nextDeadline == at(35))
    machine.received(at: at(34))
    equal(machine.tick(at: at(35)), nil)
    #expect(machine.nextDeadline == at(44))
  }

  @Test func asksNothingWhenKeepaliveIsOff() {
    let machine = machine { $0.keepaliveTime = nil }
    #expect(machine.nextDeadline == .distantFuture)
  }

  // MARK: Idle

  @Test func endsAnIdleConnection() {
    var machine = machine { $0.maximumIdle = .seconds(30) }
    machine.setOpenStreams(1, at: at(10))
    equal(machine.tick(at: at(1_000)), nil)
    machine.setOpenStreams(0, at: at(1_000))
    #expect(machine.nextDeadline == at(1_030))
    machine.setOpenStreams(1, at: at(1_020))
    machine.setOpenStreams(0, at: at(1_021))
    equal(machine.tick(at: at(1_050)), nil)
    equal(machine.tick(at: at(1_051)), .announceEnd(.maximumIdle))
  }

  @Test func countsIdleTimeFromTheBeginning() {
    var machine = machine { $0.maximumIdle = .seconds(30) }
    equal(machine.tick(at: at(30)), .announceEnd(.maximumIdle))
  }

  // MARK: Age

  @Test(arguments: [(-1.0, 90), (0, 100), (1, 110)] as [(Double, Int64)])
  func endsAnOldConnection(_ jitter: Double, _ age: Int64) {
    var machine = machine(jitter: jitter) {
      $0.maximumAge = .seconds(100)
      $0.maximumAgeGrace = .seconds(7)
    }
    machine.setOpenStreams(1, at: at(1))
    equal(machine.tick(at: at(age) - .milliseconds(1)), nil)
    equal(machine.tick(at: at(age)), .announceEnd(.maximumAge))
    let effect = machine.receivedPingAcknowledgement(
      ConnectionStateMachine.drainPing, at: at(age + 1))
    #expect(effect == .refuseStreams(.maximumAge))
    equal(machine.tick(at: at(age + 7)), nil)
    equal(machine.tick(at: at(age + 8)), .close(.noError, .maximumAge))
  }

  @Test func letsOldStreamsFinishWithoutGrace() {
    var machine = machine {
      $0.maximumAge = .seconds(100)
      $0.keepaliveTime = nil
    }
    equal(machine.tick(at: at(100)), .announceEnd(.maximumAge))
    equal(machine.tick(at: at(105)), .refuseStreams(.maximumAge))
    #expect(machine.nextDeadline == .distantFuture)
  }

  // MARK: Graceful end

  @Test func waitsForThePingBetweenTheGoaways() {
    var machine = machine()
    equal(machine.shutDown(at: at(1)), .announceEnd(.shutdown))
    equal(machine.shutDown(at: at(1)), nil)
    equal(machine.receivedPingAcknowledgement(99, at: at(2)), nil)
    #expect(machine.nextDeadline == at(6))
    let drained = machine.receivedPingAcknowledgement(
      ConnectionStateMachine.drainPing, at: at(3))
    #expect(drained == .refuseStreams(.shutdown))
    let again = machine.receivedPingAcknowledgement(ConnectionStateMachine.drainPing, at: at(3))
    #expect(again == nil)
  }

  @Test func waitsForThePingOnlySoLong() {
    var machine = machine()
    _ = machine.shutDown(at: at(1))
    equal(machine.tick(at: at(5)), nil)
    equal(machine.tick(at: at(6)), .refuseStreams(.shutdown))
  }

  @Test func takesADrainPingOnlyWhenItDrains() {
    var machine = machine()
    let effect = machine.receivedPingAcknowledgement(ConnectionStateMachine.drainPing, at: at(1))
    #expect(effect == nil)
  }

  // MARK: Ping enforcement (gRFC A8)

  private static let tooMany = ConnectionStateMachine.Effect.close(
    .enhanceYourCalm, .tooManyPings)

  @Test func endsAConnectionOfTooManyPings() {
    var machine = machine()
    for second in 0..<3 { equal(machine.receivedPings(1, at: at(Int64(second))), nil) }
    equal(machine.receivedPings(1, at: at(3)), Self.tooMany)
  }

  @Test func countsPingsThatComeTogether() {
    var few = machine()
    equal(few.receivedPings(3, at: at(1)), nil)
    var many = machine()
    equal(many.receivedPings(4_000_000, at: at(1)), Self.tooMany)
  }

  @Test func forgetsStrikesWhenSomethingWasSent() {
    var machine = machine()
    for second in 0..<100 {
      equal(machine.receivedPings(2, at: at(Int64(second))), nil)
      machine.sentMessage()
    }
  }

  @Test func permitsPingsEachFiveMinutesWithCalls() {
    var machine = machine()
    machine.setOpenStreams(1, at: at(0))
    for ping in 0..<20 { equal(machine.receivedPings(1, at: at(300 * Int64(ping))), nil) }
    var faster = self.machine()
    faster.setOpenStreams(1, at: at(0))
    let effects = (0..<4).map { faster.receivedPings(1, at: at(299 * Int64($0))) }
    #expect(effects == [nil, nil, nil, Self.tooMany])
  }

  @Test func permitsPingsEachTwoHoursWithoutCalls() {
    var machine = machine()
    for ping in 0..<20 { equal(machine.receivedPings(1, at: at(7_200 * Int64(ping))), nil) }
    var faster = self.machine()
    let effects = (0..<4).map { faster.receivedPings(1, at: at(300 * Int64($0))) }
    #expect(effects == [nil, nil, nil, Self.tooMany])
    var permitted = self.machine { $0.permitsPingsWithoutCalls = true }
    for ping in 0..<20 { equal(permitted.receivedPings(1, at: at(300 * Int64(ping))), nil) }
  }
}
