import Testing

@testable import GRPC

@Suite struct ServerCallStateMachineTests {
  typealias Machine = ServerCallStateMachine

  private let refusal = RPCError(code: .unimplemented, message: "no")

  /// A machine brought into each of its states.
  private func machine(_ state: Machine.State) -> Machine {
    var machine = Machine()
    switch state {
    case .waiting: break
    case .collecting(let messages):
      _ = machine.receivedHead(refusal: nil)
      for _ in 0..<messages { _ = machine.receivedMessage() }
    case .handling:
      machine = self.machine(.collecting(messages: 1))
      _ = machine.receivedEnd(insideMessage: false)
    case .answered: _ = machine.receivedHead(refusal: refusal)
    case .closed: _ = machine.streamClosed()
    }
    #expect(machine.state == state)
    return machine
  }

  private static let states: [Machine.State] = [
    .waiting, .collecting(messages: 0), .collecting(messages: 1), .handling, .answered, .closed,
  ]

  private func expect(
    _ event: (inout Machine) -> Machine.Action,
    _ table: [(Machine.State, Machine.Action, Machine.State)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for state in Self.states {
      var machine = machine(state)
      let action = event(&machine)
      let row = table.first { $0.0 == state } ?? (state, .none, state)
      #expect(action == row.1, "in \(state)", sourceLocation: sourceLocation)
      #expect(machine.state == row.2, "from \(state)", sourceLocation: sourceLocation)
    }
  }

  @Test func heads() {
    expect(
      { $0.receivedHead(refusal: nil) }, [(.waiting, .none, .collecting(messages: 0))])
    expect(
      { $0.receivedHead(refusal: nil, streamsRequest: true) },
      [(.waiting, .startHandler, .handling)])
    for streamsRequest in [false, true] {
      expect(
        { $0.receivedHead(refusal: refusal, streamsRequest: streamsRequest) },
        [(.waiting, .fail(refusal), .answered)])
    }
    for state in Self.states {
      #expect(
        machine(state).wantsRequest
          == [.collecting(messages: 0), .collecting(messages: 1)]
          .contains(state))
    }
  }

  @Test func messages() {
    expect(
      { $0.receivedMessage() },
      [
        (.collecting(messages: 0), .keepMessage, .collecting(messages: 1)),
        (.collecting(messages: 1), .fail(Machine.tooManyMessages), .answered),
      ])
    expect(
      { $0.failedFraming(refusal) },
      [
        (.collecting(messages: 0), .fail(refusal), .answered),
        (.collecting(messages: 1), .fail(refusal), .answered),
      ])
  }

  @Test func ends() {
    expect(
      { $0.receivedEnd(insideMessage: false) },
      [
        (.collecting(messages: 0), .fail(Machine.noMessage), .answered),
        (.collecting(messages: 1), .startHandler, .handling),
      ])
    expect(
      { $0.receivedEnd(insideMessage: true) },
      [
        (.collecting(messages: 0), .fail(Machine.cutMessage), .answered),
        (.collecting(messages: 1), .fail(Machine.cutMessage), .answered),
      ])
  }

  @Test func deadlines() {
    expect(
      { $0.reachedDeadline() },
      [
        (.collecting(messages: 0), .fail(Machine.deadlineExceeded), .answered),
        (.collecting(messages: 1), .fail(Machine.deadlineExceeded), .answered),
        (.handling, .cancelHandlerAndFail(Machine.deadlineExceeded), .answered),
      ])
  }

  @Test func handlers() {
    for state in Self.states {
      var machine = machine(state)
      #expect(machine.handlerFinished() == (state == .handling), "in \(state)")
      #expect(machine.state == (state == .handling ? .answered : state), "from \(state)")
    }
  }

  @Test func closes() {
    expect(
      { $0.streamClosed() },
      Self.states.map { ($0, $0 == .handling ? .cancelHandler : .none, .closed) })
  }

  @Test func statusesMadeHereAreCardinalityDeadlineAndInternal() {
    #expect(Machine.noMessage.code == .unimplemented)
    #expect(Machine.tooManyMessages.code == .unimplemented)
    #expect(Machine.cutMessage.code == .internalError)
    #expect(Machine.deadlineExceeded.code == .deadlineExceeded)
  }

  @Test func anHTTPAnswerEndsTheCall() {
    var machine = Machine()
    machine.answeredAsHTTP()
    #expect(machine.state == .answered)
    machine = Machine()
    machine.refusedStream()
    #expect(machine.state == .answered)
  }
}
