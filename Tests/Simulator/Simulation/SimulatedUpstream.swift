import Provisioning

/// A user pool with faults: what it has really done is known here, and nowhere else.
struct SimulatedUpstream {
  struct Account {
    var user: User
    /// `nil`: made around the service.
    var owner: Identifier?
    var time: Int64
  }

  /// What becomes of one request.
  enum Course {
    case normal
    /// The way was closed before the first byte.
    case unsent
    case throttled
    /// A verdict about the request.
    case invalid
    /// Arrived and was lost: nothing happens.
    case lostRequest
    /// Executed; no answer comes.
    case lostAnswer
    /// Executed so much later, in microseconds; no answer comes.
    case late(Int64)
  }

  /// In the order in which they were made.
  private(set) var accounts: [Account] = []
  private var indexOfName: [String: Int] = [:]
  private var indexOfAlias: [String: Int] = [:]
  private var owners: Set<Identifier> = []
  /// Creations for which an invitation was sent again.
  private(set) var resent: Set<Identifier> = []
  private(set) var violations: [String] = []
  var isHealed = false
  /// Look-ups are refused.
  var deniesLooks = false

  func course(_ random: inout SeededRandom) -> Course {
    if isHealed { return .normal }
    return switch Int.random(in: 0..<100, using: &random) {
    case 0..<70: .normal
    case 70..<74: .unsent
    case 74..<77: .throttled
    case 77..<80: .invalid
    case 80..<86: .lostRequest
    case 86..<94: .lostAnswer
    default: .late(random.time(100_000...40_000_000))
    }
  }

  /// Executes a request.
  mutating func execute(
    _ specification: UserSpecification, owner: Identifier?, at time: Int64
  ) -> DirectoryAnswer {
    specification.messageAction == .resend
      ? resend(specification, owner: owner) : create(specification, owner: owner, at: time)
  }

  private mutating func resend(
    _ specification: UserSpecification, owner: Identifier?
  ) -> DirectoryAnswer {
    guard let account = account(specification.username) else {
      return .failure(DirectoryFailure(kind: .userNotFound, executed: .no))
    }
    if let owner { resent.insert(owner) }
    return .success(
      CreatedUser(
        user: account.user, invitation: Invitation(state: .resent, mediums: []),
        trace: UpstreamTrace()))
  }

  private mutating func create(
    _ specification: UserSpecification, owner: Identifier?, at time: Int64
  ) -> DirectoryAnswer {
    guard indexOfName[specification.username] == nil else {
      return .failure(DirectoryFailure(kind: .usernameExists, executed: .yes))
    }
    let alias = specification.userAttributes.first { $0.name == "email" }?.value ?? ""
    guard indexOfAlias[alias] == nil else {
      return .failure(DirectoryFailure(kind: .aliasExists, executed: .yes))
    }
    indexOfAlias[alias] = accounts.count
    if let owner, !owners.insert(owner).inserted {
      violations.append("exactly once: a creation made two users")
    }
    let user = User(
      username: specification.username, attributes: specification.userAttributes,
      createTime: Timestamp(
        seconds: time / 1_000_000, nanoseconds: Int32(time % 1_000_000) * 1000),
      pool: specification.pool)
    indexOfName[specification.username] = accounts.count
    accounts.append(Account(user: user, owner: owner, time: time))
    return .success(
      CreatedUser(
        user: user, invitation: Invitation(state: .sent, mediums: []), trace: UpstreamTrace()))
  }

  func look(_ username: String, at time: Int64, _ random: inout SeededRandom) -> DirectoryLookup {
    if deniesLooks { return .denied }
    if !isHealed, random.chance(0.1) { return .failed }
    guard let index = indexOfName[username] else { return .notFound }
    // A read that is behind.
    if !isHealed, time - accounts[index].time < 2_000_000, random.chance(0.5) { return .notFound }
    return .found(accounts[index].user)
  }

  func account(_ username: String) -> Account? { indexOfName[username].map { accounts[$0] } }
}
