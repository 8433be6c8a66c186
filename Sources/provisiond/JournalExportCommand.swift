import ArgumentParser
import Server

/// `provisiond journal export URL`
struct JournalExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a journal's records as JSON Lines: CloudEvents with OCSF events as data.",
    discussion: """
      In their order, without a gap, each at least once. With --cursor it goes on where it ended: \
      records that were written, but not yet noted there when it was interrupted, come again, with \
      the same ids. Only reads the journal, also beside a service that writes, but for the record \
      that it was exported.
      """)

  @Argument(help: "sqlite:PATH or postgres://…")
  var journal: String

  @Option(help: "A file to whose end the lines are added, or - for standard output.")
  var output = "-"

  @Option(help: "A file that keeps how far the export has come.")
  var cursor: String?

  @Option(help: "The index of the first record, where there is no cursor yet.")
  var from: Int64 = 0

  @Option(help: "The index of the record to end before. Default: all that are there")
  var to: Int64?

  @Option(name: .customLong("operator"), help: "Your name, for the record. Default: the login name")
  var operatorName: String?

  @Option(help: "The folder of the journal's keys. Default: PATH.keys beside the SQLite file")
  var journalKeys: String?

  @Flag(help: "Leaves no record of the export: for a copy of a journal, without its keys.")
  var unrecorded = false

  func run() async throws {
    do throws(StartError) {
      let line = try await JournalOperations.export(
        JournalOperations.ExportRequest(
          journal: journal, target: output, cursorPath: cursor, start: from, end: to,
          keysPath: journalKeys,
          operatorName: unrecorded ? nil : operatorName ?? ProcessSurroundings.loginName))
      // Standard output may hold the records.
      ProcessSurroundings.complain(line)
    } catch {
      throw Exit.because(error.description, code: error.exitCode)
    }
  }
}
