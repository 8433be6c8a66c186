import ArgumentParser
import Server

/// `provisiond journal reconcile-cloudtrail FILE…`
struct JournalReconcileCloudTrailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile-cloudtrail",
    abstract: "Finds users that were made around the service, by files of AWS CloudTrail.",
    discussion: """
      Joins the calls that make users with the journal's records by request id, else by the user's \
      sub. Lists calls that succeeded and that no record tells of, and records of users whose call is \
      not in the files, though they cover its time. Exits with 1 when there are any. Files: documents \
      with Records, or events one after the other, not compressed: \
      zcat *.json.gz | provisiond journal reconcile-cloudtrail -
      """)

  @Argument(help: "Files of CloudTrail, or - for standard input.")
  var files: [String]

  @Option(
    help: "sqlite:PATH or postgres://… (or PROVISIOND_JOURNAL). Default: sqlite:provisiond.db")
  var journal: String?

  @Option(help: "Only this user pool; repeatable.")
  var userPoolID: [String] = []

  func run() async throws {
    let verdict: JournalOperations.Verdict
    do throws(StartError) {
      verdict = try await JournalOperations.reconcileCloudTrail(
        journal ?? ProcessSurroundings.environment["PROVISIOND_JOURNAL"] ?? "sqlite:provisiond.db",
        files: files, pools: Set(userPoolID))
    } catch {
      throw Exit.because(error.description, code: error.exitCode)
    }
    print(verdict.line)
    if !verdict.isSound { throw ExitCode.failure }
  }
}
