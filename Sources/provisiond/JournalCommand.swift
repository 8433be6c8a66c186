import ArgumentParser
import Server

/// `provisiond journal`
struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Works with journals.",
    subcommands: [
      JournalVerifyCommand.self, JournalCheckpointCommand.self, JournalResolveCommand.self,
      JournalBackupCommand.self, JournalEraseCommand.self, JournalKeysCommand.self,
      JournalExportCommand.self, JournalReconcileCloudTrailCommand.self,
      JournalCopyCommand.self, JournalSchemaCommand.self,
    ])
}
