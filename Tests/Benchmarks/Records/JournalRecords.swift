import Journal
import Logging
import Provisioning

/// Fills a journal in SQLite with creations of a month, two records each, so that a benchmark can
/// tell what reading a large one costs: `journal-records PATH RECORDS`.
@main
enum JournalRecords {
  /// Creations that are written at once: groups are as large as under load.
  private static let width = 512
  /// Microseconds of the Unix epoch: 2026-10-01.
  private static let start: Int64 = 1_790_812_800_000_000
  private static let month: Int64 = 30 * 86_400_000_000

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let records = Int(arguments[2]) else {
      throw Usage()
    }
    let journal = try SQLiteJournal.open(
      path: arguments[1], keysDirectory: arguments[1] + ".keys", upstream: .sandbox,
      clock: FixedClock(), identifiers: Identifiers(),
      logger: Logger(label: "journal-records") { _ in SwiftLogNoOpLogHandler() })
    let count = records / 2
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for number in 0..<width {
        tasks.addTask {
          for index in stride(from: number, to: count, by: width) {
            try await write(index, of: count, to: journal)
          }
        }
      }
      try await tasks.waitForAll()
    }
    if let loss = await journal.close() { throw loss }
  }

  private static func write(
    _ index: Int, of count: Int, to journal: SQLiteJournal
  ) async throws {
    let time = start + month / Int64(count) * Int64(index)
    let creation = Creation(
      intent: intent(index), fingerprint: hash(index, 1),
      claims: NameClaims(user: hash(index, 2), email: hash(index, 3)), now: time,
      leaseEnd: time + 30_000_000)
    try await write(CreationTransition(from: nil, creation: creation), to: journal)
    guard
      let step = creation.step(.answered(answer(index)), now: time + 80_000, leaseEnd: time)
    else { throw Refused() }
    try await write(
      CreationTransition(
        from: creation.stamp, creation: step.creation, duration: .milliseconds(80)),
      to: journal)
  }

  private static func write(
    _ transition: CreationTransition, to journal: SQLiteJournal
  ) async throws {
    guard try await journal.creations.write(transition, until: nil) == .written else {
      throw Refused()
    }
  }

  /// Of 50 organizations and 20 callers a few have most of the creations.
  private static func intent(_ index: Int) -> CreationIntent {
    let organization = (index % 7) * (index % 8)
    let pool = UserPool(id: "eu-west-1_Pool\(10 + organization)", region: "eu-west-1")
    let requestID = Identifiers().next().description
    return CreationIntent(
      reference: CreationReference(creationID: Identifiers().next(), requestID: requestID),
      origin: CallOrigin(
        callerID: "caller-\((index % 4) * (index % 6))", authentication: .token,
        onBehalfOf: "job-\(index % 1000)", peer: "192.0.2.\(index % 250)"),
      organization: "organization-\(organization)",
      policyDigest: String(repeating: "ab", count: 32),
      decisions: [
        PolicyDecision(
          field: "user_attributes[locale]", rule: "company.attributes.default",
          effect: .defaulted)
      ],
      specification: .recorded(
        pool: pool, username: "user-\(index)@example.com",
        userAttributes: [UserAttribute(name: "email", value: "user-\(index)@example.com")],
        validationData: [], forceAliasCreation: false, messageAction: .send,
        desiredDeliveryMediums: [.email], clientMetadata: []))
  }

  private static func answer(_ index: Int) -> DirectoryAnswer {
    let trace = UpstreamTrace(requestID: Identifiers().next().description, httpStatus: 200)
    guard index % 1000 > 0 else {
      return .failure(
        DirectoryFailure(
          kind: .usernameExists, executed: .no,
          trace: UpstreamTrace(
            requestID: trace.requestID, httpStatus: 400, errorType: "UsernameExistsException")))
    }
    return .success(
      CreatedUser(
        user: User(
          username: "user-\(index)@example.com",
          attributes: [UserAttribute(name: "sub", value: Identifiers().next().description)],
          pool: UserPool(id: "eu-west-1_Pool10", region: "eu-west-1")),
        invitation: Invitation(state: .sent, mediums: [.email]), trace: trace))
  }

  /// 32 bytes that no other creation has.
  private static func hash(_ index: Int, _ kind: UInt8) -> KeyedHash {
    var bytes = [UInt8](repeating: kind, count: 32)
    for position in 0..<8 {
      bytes[position] = UInt8(truncatingIfNeeded: index &* 0x9E37_79B9_7F4A_7C1 >> (8 * position))
      bytes[position + 8] = UInt8(truncatingIfNeeded: index >> (8 * position))
    }
    return KeyedHash(bytes: bytes)
  }

  private struct Usage: Error {}
  private struct Refused: Error {}
}

private struct FixedClock: WallClock {
  func now() -> Timestamp { Timestamp(seconds: 1_790_812_800) }
}

private struct Identifiers: IdentifierSource {
  func next() -> Identifier {
    .version7(
      unixMilliseconds: 1_790_812_800_000,
      random: (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max)))
  }
}
