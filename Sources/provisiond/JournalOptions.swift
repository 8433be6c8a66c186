import ArgumentParser
import Server

/// The options of `provisiond serve` for what its journal keeps, and for how long.
struct JournalOptions: ParsableArguments {
  @Option(
    help: """
      Days after which names are hashed and creations sealed under new keys, or never. Default: 90
      """)
  var journalKeyAge: String?

  @Option(
    help: "Days after which records lose their bodies; their hashes stay. Default: never")
  var auditRetention: String?

  @Option(
    help: """
      The URL of a witness (C2SP tlog-witness) that cosigns the journal's checkpoints. Default: none
      """)
  var journalWitness: String?

  @Option(help: "The witness's public key: NAME+ID+KEY. Required with --journal-witness.")
  var journalWitnessKey: String?

  var options: [Setting: [String]] {
    [
      .journalKeyAge: journalKeyAge, .auditRetention: auditRetention,
      .journalWitness: journalWitness, .journalWitnessKey: journalWitnessKey,
    ].compactMapValues { $0.map { [$0] } }
  }
}
