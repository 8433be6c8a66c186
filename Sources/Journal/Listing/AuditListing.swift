import Crypto
import Foundation
import Provisioning

/// A row of the audit trail as it is read.
struct StoredRecord: Sendable {
  let sequence: Int64
  let record: Data
  let leafHash: Data
}

/// Reads rows of the audit trail beside the writer.
protocol RecordReader: Sendable {
  /// What each scan finds, as the journal stands at one time.
  func places(_ scans: [AuditScan]) async throws(JournalError) -> [AuditScan.Places]

  /// Those that are there, in any order.
  func records(_ sequences: [Int64]) async throws(JournalError) -> [StoredRecord]

  func record(_ id: Identifier) async throws(JournalError) -> StoredRecord?
}

/// The audit trail of a journal, whatever database it is in: pages, their tokens, and the check of
/// each record against its hash.
struct AuditListing: Sendable {
  /// Records of the first look for each place that is wanted.
  private static let firstReach = 4
  /// The largest page.
  static let pageLimit = 1000

  let reader: any RecordReader
  let keys: JournalKeys
  /// Records that one page may look at.
  var reach = AuditScan.reach

  func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    guard (1...Self.pageLimit).contains(query.pageSize) else {
      throw .invalidQuery("page size: 1...\(Self.pageLimit)")
    }
    var before = AuditPlace.newest
    if !query.pageToken.isEmpty {
      guard let token = PageToken(query.pageToken, for: query, key: keys.pageToken) else {
        throw .invalidQuery("page token: not a token of this listing")
      }
      before = token.place
    }
    let (places, next) = try await places(query, before: before)
    let rows = try await rows(places)
    return AuditPage(
      events: try await Self.decode(rows),
      nextPageToken: next.map { PageToken(place: $0).text(for: query, key: keys.pageToken) } ?? "")
  }

  /// Most pages are full after a few records: each further look reaches four times as far as the one
  /// before it.
  private func places(
    _ query: AuditQuery, before: AuditPlace
  ) async throws(JournalError) -> (places: [AuditPlace], next: AuditPlace?) {
    let hashes = query.users.map(keys.hashes(of:))
    var places: [AuditPlace] = []
    var next: AuditPlace? = before
    var (left, step) = (reach, Self.firstReach * (query.pageSize + 1))
    while let place = next, places.count < query.pageSize, left > 0 {
      let wanted = query.pageSize - places.count
      // One place more than the page has says whether there is a next one.
      let scans = AuditScan.scans(
        for: query, hashes: hashes, before: place, limit: wanted + 1, reach: min(step, left))
      let page = Self.page(try await reader.places(scans), size: wanted)
      places += page.places
      next = page.next
      left -= step
      step *= 4
    }
    return (places, next)
  }

  /// Merges what the scans have found: of what lies beyond the end of one of them nothing is known.
  ///
  /// - Returns: the places of a page, and the one before which the next page begins.
  static func page(
    _ found: [AuditScan.Places], size: Int
  ) -> (places: [AuditPlace], next: AuditPlace?) {
    let end = found.compactMap(\.end).max()
    let known = found.flatMap(\.matching).filter { place in end.map { place >= $0 } ?? true }
      .sorted(by: >)
    let page = Array(known.prefix(size))
    return (page, known.count > size ? page.last : end)
  }

  private func rows(_ places: [AuditPlace]) async throws(JournalError) -> [StoredRecord] {
    guard !places.isEmpty else { return [] }
    let rows = try await reader.records(places.map(\.sequence))
    let bySequence = Dictionary(rows.map { ($0.sequence, $0) }) { first, _ in first }
    return places.compactMap { bySequence[$0.sequence] }
  }

  func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? {
    guard let row = try await reader.record(id) else { return nil }
    return try await Self.decode([row]).first
  }

  /// On the shared threads, not on the caller's event loop: a page can take milliseconds.
  private static func decode(
    _ rows: [StoredRecord]
  ) async throws(JournalError) -> [AuditEvent] {
    guard !rows.isEmpty else { return [] }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      () async throws(JournalError) in
      var events: [AuditEvent] = []
      events.reserveCapacity(rows.count)
      for row in rows {
        do {
          events.append(try JournalRecord.event(from: row.record, leafHash: row.leafHash))
        } catch {
          throw JournalError.unavailable("audit record \(row.sequence) is damaged")
        }
      }
      return events
    }
  }
}

extension JournalKeys {
  /// The hashes under which records of these users may stand, of every epoch that lives, each once.
  func hashes(of users: [UserInPool]) -> [String] {
    Set(users.flatMap { pseudonyms(pool: $0.pool, username: $0.username) }).sorted()
  }
}
