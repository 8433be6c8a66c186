import Logging
import Provisioning
import Synchronization
import Testing

@testable import Server

@Suite("The survey of the pools")
struct UserPoolSurveyTests {
  /// Describes pools as it is told to, and counts.
  private final class Reader: UserPoolReader {
    let answers: Mutex<[String: Result<UserPoolDescription, DirectoryFailure>]>
    let asked = Mutex<[String]>([])

    init(_ answers: [String: Result<UserPoolDescription, DirectoryFailure>]) {
      self.answers = Mutex(answers)
    }

    func describe(_ pool: UserPool) async -> Result<UserPoolDescription, DirectoryFailure> {
      asked.withLock { $0.append(pool.id) }
      return answers.withLock { $0[pool.id] } ?? .success(.ordinary)
    }
  }

  private static let denied = DirectoryFailure(kind: .accessDenied, executed: .no)
  private static let special = UserPoolDescription(usernameAttributes: [.email])

  private func policy(_ pools: String...) throws -> Policy {
    let list = pools.map { "{id: us-east-1_\($0)}" }.joined(separator: ", ")
    return try PolicyDocument.load(
      yaml: "version: 1\norganizations: {acme: {user_pools: [\(list)]}}", file: "p.yaml")
  }

  @Test("Each pool is asked for once; one that is special is known from then on")
  func describes() async throws {
    let reader = Reader(["us-east-1_B": .success(Self.special)])
    let policy = try policy("A", "B")
    let survey = UserPoolSurvey(
      policy: { policy }, reader: reader, logger: Logger(label: "test"))
    #expect(survey.special == nil)
    await survey.look(spacing: .zero)
    await survey.look(spacing: .zero)
    #expect(reader.asked.withLock { $0 } == ["us-east-1_A", "us-east-1_B"])
    let pools = policy.userPools
    #expect(survey.special?[pools[0]] == nil)
    #expect(survey.special?[pools[1]] == Self.special)
    #expect(survey.readiness.detail == "2 of 2 described")
  }

  @Test("A pool that cannot be described is asked for again, ever more seldom, and shown")
  func failures() async throws {
    let reader = Reader(["us-east-1_A": .failure(Self.denied)])
    let policy = try policy("A", "B")
    let survey = UserPoolSurvey(
      policy: { policy }, reader: reader, logger: Logger(label: "test"))
    #expect(survey.duePools(at: .now) == policy.userPools)
    #expect(survey.readiness.detail.contains("us-east-1_A (not asked yet)"))
    await survey.look(spacing: .zero)
    #expect(survey.readiness.passes)
    #expect(survey.readiness.detail.hasPrefix("1 of 2 described; assumed of the others: "))
    #expect(survey.readiness.detail.hasSuffix(": us-east-1_A (UPSTREAM_ACCESS_DENIED)"))
    let pool = policy.userPools[0]
    var now = ContinuousClock.now
    survey.learn(.success(Self.special), of: pool, at: now)
    for delay in UserPoolSurvey.retryDelays + [UserPoolSurvey.freshness, UserPoolSurvey.freshness] {
      survey.learn(.failure(Self.denied), of: pool, at: now)
      #expect(!survey.duePools(at: now + delay - .milliseconds(1)).contains(pool))
      #expect(survey.duePools(at: now + delay).contains(pool))
      now += delay
    }
    // What was known holds.
    #expect(survey.special?[pool] == Self.special)
    #expect(survey.readiness.detail == "2 of 2 described")
  }

  @Test("A new policy's pools are asked for, those that it drops are forgotten")
  func reload() async throws {
    let reader = Reader(["us-east-1_A": .success(Self.special)])
    let current = Mutex(try policy("A"))
    let survey = UserPoolSurvey(
      policy: { current.withLock { $0 } }, reader: reader, logger: Logger(label: "test"))
    await survey.look(spacing: .zero)
    #expect(survey.special != nil)
    let next = try policy("C", "B")
    current.withLock { $0 = next }
    await survey.look(spacing: .zero)
    #expect(survey.special == nil)
    #expect(reader.asked.withLock { $0 } == ["us-east-1_A", "us-east-1_C", "us-east-1_B"])
  }

  @Test("A description is renewed when it is no longer fresh")
  func freshness() async throws {
    let policy = try policy("A")
    let survey = UserPoolSurvey(
      policy: { policy }, reader: Reader([:]), logger: Logger(label: "test"))
    let now = ContinuousClock.now
    #expect(survey.duePools(at: now) == policy.userPools)
    survey.learn(.success(.ordinary), of: policy.userPools[0], at: now)
    #expect(survey.duePools(at: now + UserPoolSurvey.freshness - .seconds(1)) == [])
    #expect(survey.duePools(at: now + UserPoolSurvey.freshness) == policy.userPools)
  }
}
