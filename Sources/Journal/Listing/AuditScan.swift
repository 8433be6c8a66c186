import Foundation
import Provisioning

/// A walk along one index of the audit trail, newest first, that looks at a bounded number of
/// records: the time of a page depends neither on the size of the journal nor on how rare the
/// combination of its conditions is.
struct AuditScan: Sendable {
  /// What the records of an index have in common.
  enum Path: Equatable, Sendable {
    case all
    case creation(Identifier)
    case request(String)
    /// By the keyed hash of pool and user name.
    case user(String)
    case caller(String)
    /// None of ``AuditIndex/commonKinds``.
    case kind(AuditEvent.Kind)
    case organization(String)
  }

  /// Records that one page may look at, in all its scans together.
  static let reach = 2000

  let path: Path
  /// Only records before this place.
  let before: AuditPlace
  /// Only records of this time, in microseconds, or later.
  let startTime: Int64
  /// Places that are wanted at most.
  let limit: Int
  /// Records that may be looked at.
  let reach: Int
  let conditions: Conditions

  /// What each record is held against.
  struct Conditions: Equatable, Sendable {
    var callerID: String?
    var kind: AuditEvent.Kind?
    var requestID: String?
    var organizations: [String]?
    var userHashes: [String]?

    /// Whether every record of a path that was made for them meets them.
    func areMet(by path: Path) -> Bool {
      var rest = self
      switch path {
      case .all: break
      case .creation: return false
      case .request: rest.requestID = nil
      case .user: rest.userHashes = nil
      case .caller: rest.callerID = nil
      case .kind: rest.kind = nil
      case .organization: rest.organizations = nil
      }
      return rest == Conditions()
    }
  }

  /// What a scan found.
  struct Places: Sendable {
    /// Newest first.
    var matching: [AuditPlace] = []
    /// The last record that was looked at, where the reach ended before the records did.
    var end: AuditPlace?
  }
}

extension AuditScan {
  /// The scans that together find the records of a query: each along the index that is likely to
  /// have the fewest records which are not wanted.
  ///
  /// - Parameters:
  ///   - hashes: under which a user of the query may be found.
  ///   - reach: records that all of them together may look at; each may fill a page.
  static func scans(
    for query: AuditQuery, hashes: [String]?, before: AuditPlace, limit: Int, reach: Int
  ) -> [AuditScan] {
    let conditions = Conditions(
      callerID: query.callerID, kind: query.kind,
      requestID: query.requestID.map(AuditEvent.canonical(requestID:)),
      organizations: query.organizations?.sorted(), userHashes: hashes)
    let paths = paths(of: query, conditions)
    // The upper bound of the time is a place like that of a token.
    let before = min(
      before, query.endTime.map { AuditPlace(time: $0, sequence: .min) } ?? .newest)
    return paths.map { path in
      // Where each record of a path is wanted, no more are looked at than there are places.
      let share = conditions.areMet(by: path) ? limit : max(limit, reach / paths.count)
      return AuditScan(
        path: path, before: before, startTime: query.startTime ?? .min, limit: limit,
        reach: share, conditions: conditions)
    }
  }

  private static func paths(of query: AuditQuery, _ conditions: Conditions) -> [Path] {
    if let id = query.creationID { return [.creation(id)] }
    if let id = conditions.requestID { return [.request(id)] }
    if let hashes = conditions.userHashes { return hashes.map { .user($0) } }
    if let kind = query.kind, !AuditIndex.commonKinds.contains(kind) { return [.kind(kind)] }
    if let id = query.callerID { return [.caller(id)] }
    if let names = conditions.organizations { return names.map { .organization($0) } }
    return [.all]
  }
}
