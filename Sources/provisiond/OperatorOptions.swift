import ArgumentParser
import Server

/// Who changes a journal, and where its keys are.
struct OperatorOptions: ParsableArguments {
  @Option(name: .customLong("operator"), help: "Your name, for the record. Default: the login name")
  var operatorName: String?

  @Option(help: "The folder of the journal's keys. Default: PATH.keys beside the SQLite file")
  var journalKeys: String?

  var name: String { operatorName ?? ProcessSurroundings.loginName }
}
