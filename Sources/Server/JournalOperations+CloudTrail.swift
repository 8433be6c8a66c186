import Foundation
import Journal
import Provisioning

/// The join of a journal with AWS CloudTrail.
extension JournalOperations {
  /// The largest file that is read, in bytes: CloudTrail's own have some 50 MB at most.
  private static let cloudTrailFileLimit = 512 << 20

  /// Lists the users that came to be around the service, and those whose call CloudTrail has not
  /// seen. Only reads.
  ///
  /// - Parameters:
  ///   - files: of CloudTrail; `-` for standard input.
  ///   - pools: only events of these user pools; empty: of all.
  package static func reconcileCloudTrail(
    _ url: String, files: [String], pools: Set<String>
  ) async throws(StartError) -> Verdict {
    guard let location = JournalLocation(url) else {
      throw StartError(.usage, "the journal: accepted: \(JournalLocation.accepted)")
    }
    var trail = CloudTrailReader()
    for file in files {
      do {
        try trail.read(try content(of: file))
      } catch let error as StartError {
        throw error
      } catch {
        throw StartError(.refused, "\(file): it is no file of CloudTrail, or it is compressed")
      }
    }
    let events = trail.events.filter { pools.isEmpty || pools.contains($0.userPoolID) }
    var join = CloudTrailJoin(events: events, coverage: trail.coverage)
    let journal = try reading(location)
    defer { journal.close() }
    do {
      var next: Int64 = 0
      while true {
        let records = try await journal.records(from: next, limit: recordsAtOnce)
        guard let last = records.last else { break }
        next = last.treeIndex + 1
        for record in records {
          guard let event = try record.event() else { continue }
          if pools.isEmpty || event.pool.map({ pools.contains($0.id) }) ?? false { join.add(event) }
        }
      }
    } catch {
      throw StartError(.refused, "\(location): \(error)")
    }
    let summary = join.result()
    return Verdict(
      isSound: summary.findings.isEmpty,
      line: (summary.findings.map(\.line) + [summary.line]).joined(separator: "\n"))
  }

  private static let recordsAtOnce = 1000

  private static func content(of file: String) throws(StartError) -> [UInt8] {
    let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
    guard let handle else { throw StartError(.refused, "\(file): it cannot be read") }
    let data: Data
    do {
      // There is nothing in an empty file.
      data = try handle.read(upToCount: cloudTrailFileLimit + 1) ?? Data()
    } catch {
      throw StartError(.refused, "\(file): it cannot be read")
    }
    guard data.count <= cloudTrailFileLimit else {
      throw StartError(.refused, "\(file): accepted: files of at most 512 MiB")
    }
    return Array(data)
  }
}

extension CloudTrailJoin.Finding {
  fileprivate var line: String {
    switch self {
    case .aroundTheService(let event, let doubt):
      CloudTrailJoin.line(
        "around the service", event.time,
        [
          ("call", event.name), ("pool", event.userPoolID), ("sub", event.sub),
          ("request", event.requestID), ("event", event.eventID),
          ("principal", event.principal), ("may be creation", doubt?.description ?? ""),
        ])
    case .withoutAnEvent(let event):
      CloudTrailJoin.line(
        "without an event", event.wallMicroseconds,
        [
          ("kind", event.kind.rawValue), ("pool", event.pool?.id ?? ""),
          ("sub", event.sub ?? ""), ("request", event.trace?.requestID ?? ""),
          ("record", event.id.description), ("creation", event.creationID?.description ?? ""),
        ])
    }
  }
}

extension CloudTrailJoin {
  fileprivate static func line(
    _ title: String, _ time: Int64, _ fields: [(name: String, value: String)]
  ) -> String {
    let date = Date(timeIntervalSince1970: TimeInterval(time / 1_000_000)).formatted(
      Date.ISO8601FormatStyle())
    let texts = fields.filter { !$0.value.isEmpty }.map { "\($0.name) \(printable($0.value))" }
    return "\(title): \(date), " + texts.joined(separator: ", ")
  }

  /// What a file says does not act on a terminal.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
  }
}

extension CloudTrailJoin.Summary {
  fileprivate var line: String {
    let around = findings.count { if case .aroundTheService = $0 { true } else { false } }
    return "\(events) calls in CloudTrail: \(joinedByRequest) joined by request id, "
      + "\(joinedBySub) by sub, \(around) around the service, \(failedWithoutARecord) failed "
      + "without a record; \(findings.count - around) records without an event"
  }
}
