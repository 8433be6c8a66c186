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
  /// Those before a place that match, newest first.
  ///
  /// - Parameter limit: at most so many.
  func records(
    _ query: AuditQuery, before sequence: Int64, limit: Int
  ) async throws(JournalError) -> [StoredRecord]

  func record(_ id: Identifier) async throws(JournalError) -> StoredRecord?
}

/// The audit trail of a journal, whatever database it is in: pages, their tokens, and the check of
/// each record against its hash.
struct AuditListing: AuditTrail {
  /// The largest page.
  static let pageLimit = 1000

  let reader: any RecordReader
  let tokenKey: SymmetricKey

  func events(_ query: AuditQuery) async throws(JournalError) -> AuditPage {
    guard (1...Self.pageLimit).contains(query.pageSize) else {
      throw .invalidQuery("page size: 1...\(Self.pageLimit)")
    }
    var before = Int64.max
    if !query.pageToken.isEmpty {
      guard let token = PageToken(query.pageToken, for: query, key: tokenKey) else {
        throw .invalidQuery("page token: not a token of this listing")
      }
      before = token.sequence
    }
    // One row more than the page has says whether there is a next one.
    let rows = try await reader.records(query, before: before, limit: query.pageSize + 1)
    let page = rows.prefix(query.pageSize)
    var nextPageToken = ""
    if rows.count > page.count, let last = page.last {
      nextPageToken = PageToken(sequence: last.sequence).text(for: query, key: tokenKey)
    }
    return AuditPage(events: try await decode(page), nextPageToken: nextPageToken)
  }

  func event(_ id: Identifier) async throws(JournalError) -> AuditEvent? {
    guard let row = try await reader.record(id) else { return nil }
    return try await decode([row]).first
  }

  /// On the shared threads, not on the caller's event loop: a page can take milliseconds.
  private func decode(
    _ rows: some Collection<StoredRecord> & Sendable
  ) async throws(JournalError) -> [AuditEvent] {
    try await withTaskExecutorPreference(globalConcurrentExecutor) {
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
