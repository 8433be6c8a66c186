import Journal
import Logging

/// Exports of the audit trail by a command.
extension JournalOperations {
  /// What is exported, and where to.
  package struct ExportRequest: Sendable {
    package var journal: String
    /// A file, or `-` for standard output.
    package var target: String
    /// `nil`: nothing remembers how far it came.
    package var cursorPath: String?
    /// The index of the first record, where there is no cursor yet.
    package var start: Int64
    /// The index of the record before which it ends; `nil`: all that are there.
    package var end: Int64?
    package var keysPath: String?
    /// For the record that the export leaves; `nil`: it leaves none, and the journal is only read.
    package var operatorName: String?

    package init(
      journal: String, target: String, cursorPath: String?, start: Int64, end: Int64?,
      keysPath: String?, operatorName: String?
    ) {
      self.journal = journal
      self.target = target
      self.cursorPath = cursorPath
      self.start = start
      self.end = end
      self.keysPath = keysPath
      self.operatorName = operatorName
    }
  }

  /// Exports the records of a journal, after it was recorded that somebody does.
  ///
  /// - Returns: what was exported, in one line.
  package static func export(_ request: ExportRequest) async throws(StartError) -> String {
    guard let location = JournalLocation(request.journal) else {
      throw StartError(.usage, "the journal to export: accepted: \(JournalLocation.accepted)")
    }
    guard request.start >= 0, request.end.map({ $0 >= request.start }) ?? true else {
      throw StartError(.usage, "--from and --to: accepted: indexes from 0, in their order")
    }
    if let name = request.operatorName {
      _ = try await perform(
        .recordExport(operatorName: try checked(name)), on: request.journal,
        keysPath: request.keysPath)
    }
    let journal = try reading(location)
    defer { journal.close() }
    do {
      var export = try await JournalExport(
        reader: journal, target: request.target, cursorPath: request.cursorPath,
        start: request.start)
      let report = try await export.run(until: request.end)
      return "\(location): \(report.records) records exported, the next is \(report.next)"
    } catch let failure as ExportFailure {
      throw StartError(.refused, failure.description)
    } catch {
      throw StartError(.refused, "\(location): \(error)")
    }
  }

  /// Opens a journal to read it.
  static func reading(_ location: JournalLocation) throws(StartError) -> JournalReading {
    do {
      switch location {
      case .sqlite(let path): return try JournalReading.open(sqlitePath: path)
      case .postgreSQL(let address):
        return try JournalReading.open(
          address: address,
          logger: Logger(label: "provisiond") { _ in SwiftLogNoOpLogHandler() })
      }
    } catch {
      throw StartError(error)
    }
  }
}
