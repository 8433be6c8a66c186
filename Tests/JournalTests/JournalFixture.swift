import Foundation
import Logging
import Synchronization

@testable import Journal
@testable import Provisioning

/// A directory of its own for one test, gone with the fixture.
final class JournalFixture: Sendable {
  let directory: String
  var path: String { directory + "/journal.db" }
  var keys: String { directory + "/journal.db.keys" }

  init() throws {
    directory = NSTemporaryDirectory() + "journal-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: directory)
  }

  func open(
    upstream: JournalUpstream = .sandbox, clock: any WallClock = FixedClock(),
    logger: Logger = .silent
  ) throws -> SQLiteJournal {
    try Self.open(path: path, keys: keys, upstream: upstream, clock: clock, logger: logger)
  }

  static func open(
    path: String, keys: String, upstream: JournalUpstream = .sandbox,
    clock: any WallClock = FixedClock(), logger: Logger = .silent
  ) throws -> SQLiteJournal {
    try SQLiteJournal.open(
      path: path, keysDirectory: keys, upstream: upstream, clock: clock,
      identifiers: RandomIdentifiers(), logger: logger)
  }

  /// The error of an opening that has to fail.
  func openError(upstream: JournalUpstream = .sandbox) async -> JournalOpenError? {
    do {
      await (try open(upstream: upstream)).close()
      return nil
    } catch {
      return error as? JournalOpenError
    }
  }
}

/// A directory that answers as it is told to.
struct ScriptedDirectory: UserDirectory {
  var answer: @Sendable (UserSpecification) async -> DirectoryAnswer
  var lookUp: @Sendable (String) async -> DirectoryLookup = { _ in .failed }

  func create(
    _ specification: UserSpecification, deadline: ContinuousClock.Instant?
  ) async -> DirectoryAnswer {
    await answer(specification)
  }

  func lookUp(_ username: String, in pool: UserPool) async -> DirectoryLookup {
    await lookUp(username)
  }
}

extension SQLiteJournal {
  /// Runs one creation, whose request to the upstream is `effect`.
  @discardableResult
  func record(
    _ intent: CreationIntent, effect: @escaping @Sendable () async -> DirectoryAnswer
  ) async throws(ProvisioningError) -> DirectoryAnswer {
    let creations = makeCoordinator(
      directory: ScriptedDirectory { _ in await effect() }, logger: .silent)
    do throws(ProvisioningError) {
      let reply = try await creations.create(
        CreationRequest(
          intent: intent, canonicalBytes: Sensitive(intent.specification.username),
          deadline: nil), willBegin: { _ in })
      return reply.creation.createdUser.map { .success($0) } ?? .failed(.unrecognized)
    } catch .directory(let failure, _) {
      return .failure(failure)
    }
  }
}

/// A logger's end where nothing arrives.
private struct Silence: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.critical
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
  func log(event: LogEvent) {}
}

extension Logger {
  static let silent = Logger(label: "test", factory: { _ in Silence() })
}

struct FixedClock: WallClock {
  static let microseconds: Int64 = 1_800_000_000_123_456
  func now() -> Timestamp { Timestamp(seconds: 1_800_000_000, nanoseconds: 123_456_789) }
}

/// A clock that a test sets.
final class SettableClock: WallClock {
  private let microseconds: Mutex<Int64>

  init(_ microseconds: Int64 = FixedClock.microseconds) {
    self.microseconds = Mutex(microseconds)
  }

  func advance(by duration: Duration) {
    microseconds.withLock { $0 += duration.microseconds }
  }

  func now() -> Timestamp {
    let (seconds, rest) = microseconds.withLock(\.self).quotientAndRemainder(
      dividingBy: 1_000_000)
    return Timestamp(seconds: seconds, nanoseconds: Int32(rest * 1000))
  }
}

struct RandomIdentifiers: IdentifierSource {
  func next() -> Identifier { .random }
}

extension Identifier {
  static var random: Identifier {
    .version7(
      unixMilliseconds: 1_800_000_000_123,
      random: (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max)))
  }
}

extension UserPool {
  static let example = UserPool(id: "us-east-1_AbCd12345", region: "us-east-1")
  static let exampleByRole = UserPool(
    id: example.id, region: example.region,
    roleARN: "arn:aws:iam::123456789012:role/provisioning")
}

extension CallOrigin {
  static let example = CallOrigin(
    callerID: "billing", authentication: .anonymous, onBehalfOf: "job-7", peer: "192.0.2.7")
}

extension CreationIntent {
  static func example(
    organization: String = "acme", username: String = Identifier.random.description,
    creationID: Identifier = .random,
    requestID: String = Identifier.random.description, action: MessageAction = .send,
    callerID: String = CallOrigin.example.callerID
  ) -> CreationIntent {
    CreationIntent(
      reference: CreationReference(creationID: creationID, requestID: requestID),
      origin: CallOrigin(
        callerID: callerID, authentication: .anonymous, onBehalfOf: "job-7", peer: "192.0.2.7"),
      organization: organization, policyDigest: "sha256:0123",
      decisions: [
        PolicyDecision(
          field: "user_attributes[locale]", rule: "company.attributes.default", effect: .defaulted)
      ],
      specification: UserSpecification(
        pool: .exampleByRole, username: username,
        userAttributes: [UserAttribute(name: "email", value: "\(username)@mail.example")],
        temporaryPassword: Sensitive("Pass-\(username)-word1!"), messageAction: action,
        clientMetadata: [MetadataEntry(key: "note", value: "metadata of \(username)")]))
  }
}

extension Denial {
  static func example(
    organization: String = "acme", requestID: String = "", fields: [String] = ["username"]
  ) -> Denial {
    Denial(
      origin: .example, organization: organization, policyDigest: "sha256:0123",
      requestID: requestID, reason: "POLICY_FORBIDS", fields: fields)
  }
}

extension DirectoryAnswer {
  static func created(username: String = "alice", sub: String = "sub-1") -> DirectoryAnswer {
    .success(
      CreatedUser(
        user: User(
          username: username,
          attributes: [
            UserAttribute(name: "sub", value: sub),
            UserAttribute(name: "email", value: "\(username)@mail.example"),
          ], pool: .exampleByRole),
        invitation: Invitation(state: .sent, mediums: [.email]),
        trace: UpstreamTrace(requestID: "aws-1", httpStatus: 200)))
  }

  static func failed(
    _ kind: DirectoryFailure.Kind, executed: Executed = .no
  ) -> DirectoryAnswer {
    .failure(
      DirectoryFailure(
        kind: kind, executed: executed,
        trace: UpstreamTrace(
          requestID: "aws-2", httpStatus: 400, errorType: "UsernameExistsException")))
  }
}

/// Opens once; whoever waits goes on then, whoever comes later does not wait.
final class Gate: Sendable {
  private let state = Mutex((isOpen: false, waiters: [CheckedContinuation<Void, Never>]()))

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Does not notice cancellation.
  func wait() async {
    await withCheckedContinuation { waiter in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiters.append(waiter) }
        return state.isOpen
      }
      if isOpen { waiter.resume() }
    }
  }
}

/// Repeats until the condition holds; a suite's time limit ends it otherwise.
func until(_ condition: () async throws -> Bool) async throws {
  while try await !condition() {
    try await Task.sleep(for: .milliseconds(5))
  }
}
