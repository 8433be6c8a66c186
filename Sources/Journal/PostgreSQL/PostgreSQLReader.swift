import Dispatch
import Foundation
import Logging
import Provisioning
import Synchronization

/// Reads on a connection and a thread of its own, beside the writer. What waits together is asked
/// together, in one round trip.
final class PostgreSQLReader: Sendable {
  /// Reads that wait; beyond it they are refused.
  static let queueLimit = 16384
  /// Reads of one round trip.
  static let groupLimit = 256
  /// Between two questions whether the server is there, while nobody else asks.
  static let pulseInterval = Duration.milliseconds(200)
  /// Between two attempts to connect.
  static let retryInterval = Duration.milliseconds(200)

  /// Between two looks whether there is a first answer, in microseconds.
  private static let firstAnswerInterval: UInt32 = 2000

  private typealias Answer = Result<[PostgreSQLRow], JournalError>

  private struct Read {
    let call: PostgreSQLCall
    let waiter: CheckedContinuation<Answer, Never>
  }

  private struct State {
    var queue: [Read] = []
    var isClosed = false
    /// `nil` before the first attempt.
    var isConnected: Bool?
    var presence = ServerPresence()
  }

  private let address: PostgreSQLAddress
  private let statements: [PostgreSQLStatement]
  private let logger: Logger
  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)

  /// - Parameter statements: those that will be asked.
  init(address: PostgreSQLAddress, statements: [PostgreSQLStatement], logger: Logger) {
    self.address = address
    self.statements = statements
    self.logger = logger
    let thread = Thread { self.run() }
    thread.name = "journal.reader"
    thread.start()
  }

  /// Whether the server answers, as far as is known: it is asked all the time.
  var isAnswered: Bool { state.withLock { $0.presence.isAnswered(at: .now) } }

  /// Another connection to the same server had an answer: whoever knows of that may ask here before
  /// this connection is there again.
  func noteAnswer() {
    state.withLock { $0.presence.hear(at: .now) }
  }

  /// Blocks until it is known whether the server answers; for the start of the process.
  func waitForFirstAnswer(atMost limit: Duration) {
    let end = ContinuousClock.now + limit
    while state.withLock({ !$0.presence.isKnown }), ContinuousClock.now < end {
      usleep(Self.firstAnswerInterval)
    }
  }

  /// Reads that come later, and those that wait, are refused.
  func close() {
    state.withLock { $0.isClosed = true }
    wakeUp.signal()
  }

  func rows(_ call: PostgreSQLCall) async throws(JournalError) -> [PostgreSQLRow] {
    let answer = await withCheckedContinuation { (waiter: CheckedContinuation<Answer, Never>) in
      let refusal: Answer? = state.withLock { state in
        guard !state.isClosed else { return .failure(.unavailable("the journal is closed")) }
        guard state.queue.count < Self.queueLimit else {
          return .failure(.unavailable("too many reads wait for the journal"))
        }
        state.queue.append(Read(call: call, waiter: waiter))
        return nil
      }
      if let refusal {
        waiter.resume(returning: refusal)
      } else {
        wakeUp.signal()
      }
    }
    return try answer.get()
  }

  /// What several calls give, asked together.
  func rows(_ calls: [PostgreSQLCall]) async throws(JournalError) -> [[PostgreSQLRow]] {
    if calls.count == 1 { return [try await rows(calls[0])] }
    let answers = await withTaskGroup(of: (Int, Answer).self) { tasks in
      for (number, call) in calls.enumerated() {
        tasks.addTask {
          do throws(JournalError) {
            return (number, .success(try await self.rows(call)))
          } catch {
            return (number, .failure(error))
          }
        }
      }
      var answers: [Int: Answer] = [:]
      for await (number, answer) in tasks { answers[number] = answer }
      return answers
    }
    var rows: [[PostgreSQLRow]] = []
    for number in calls.indices { rows.append(try answers[number]?.get() ?? []) }
    return rows
  }

  // MARK: On the reader's thread

  private func run() {
    var connection: PostgreSQLConnection?
    var isClosed = false
    while !isClosed {
      if connection == nil { connection = connect() }
      isClosed = serve(&connection)
      let pause = connection == nil ? Self.retryInterval : Self.pulseInterval
      if !isClosed { _ = wakeUp.wait(timeout: .now() + pause.seconds) }
    }
    let left = state.withLock { state in
      defer { state.queue = [] }
      return state.queue
    }
    for read in left {
      read.waiter.resume(returning: .failure(.unavailable("the journal is closed")))
    }
  }

  /// Answers all that waits, or takes the server's pulse.
  ///
  /// - Returns: whether the reader was closed.
  private func serve(_ connection: inout PostgreSQLConnection?) -> Bool {
    var hasAsked = false
    while true {
      let (group, isClosed) = take()
      if isClosed || (group.isEmpty && hasAsked) { return isClosed }
      hasAsked = true
      var answers = connection.map { ask(group, $0) } ?? .failure(.unreachable("no connection"))
      if case .failure = answers {
        // An idle connection may have been closed by a server that is back already.
        connection = connect()
        if let connection, !group.isEmpty { answers = ask(group, connection) }
      }
      if case .failure = answers { connection = nil }
      resume(group, answers)
      if connection == nil { return false }
    }
  }

  private func take() -> (group: [Read], isClosed: Bool) {
    state.withLock { state in
      let group = Array(state.queue.prefix(Self.groupLimit))
      state.queue.removeFirst(group.count)
      return (group, state.isClosed && group.isEmpty)
    }
  }

  private typealias Answers = Result<
    [Result<PostgreSQLResult, PostgreSQLError>], PostgreSQLError
  >

  private func ask(_ group: [Read], _ connection: PostgreSQLConnection) -> Answers {
    let calls = group.isEmpty ? [PostgreSQLCall(statement: Self.pulse)] : group.map(\.call)
    state.withLock { $0.presence.ask(at: .now) }
    do throws(PostgreSQLError) {
      let answers = try connection.each(calls, within: PostgreSQLLimits.answer)
      state.withLock { $0.presence.answer(at: .now) }
      return .success(answers)
    } catch {
      note(error)
      return .failure(error)
    }
  }

  private func resume(_ group: [Read], _ answers: Answers) {
    for (number, read) in group.enumerated() {
      let answer = answers.flatMap { $0[number] }
      read.waiter.resume(
        returning: answer.map(\.rows).mapError {
          .unavailable("the journal cannot be read: \($0)")
        })
    }
  }

  private func connect() -> PostgreSQLConnection? {
    state.withLock { $0.presence.ask(at: .now) }
    do throws(PostgreSQLError) {
      let connection = try PostgreSQLConnection.session(
        address, statements: statements + [Self.pulse])
      note(nil)
      return connection
    } catch {
      note(error)
      return nil
    }
  }

  /// Keeps whether the server is there, and says so when that changes.
  private func note(_ error: PostgreSQLError?) {
    let before = state.withLock { state in
      defer { state.isConnected = error == nil }
      if error == nil { state.presence.answer(at: .now) } else { state.presence.fail(at: .now) }
      return state.isConnected
    }
    switch (before, error) {
    case (false, nil): logger.notice("the journal's server answers again")
    case (nil, .some(let error)), (true, .some(let error)):
      logger.error("the journal's server does not answer", metadata: ["reason": "\(error)"])
    default: break
    }
  }

  private static let pulse = PostgreSQLStatement(name: "pulse", sql: "SELECT 1", types: [])
}

extension Duration {
  fileprivate var seconds: Double { Double(microseconds) / 1_000_000 }
}
