package import Journal

/// Who cosigns the journal's checkpoints.
package struct WitnessSettings: Equatable, Sendable {
  package var url: WitnessURL
  package var key: NoteVerifierKey

  /// - Returns: `nil` where nobody does.
  static func read(_ reader: SettingReader) throws(ConfigurationError) -> WitnessSettings? {
    let url = try reader.one(
      .journalWitness, accepted: WitnessURL.accepted, WitnessURL.init)
    let accepted = "NAME+ID+KEY of a witness, as C2SP tlog-cosignature has it"
    let key = try reader.one(.journalWitnessKey, accepted: accepted) {
      NoteVerifierKey($0, .cosignature)
    }
    switch (url, key) {
    case (nil, nil): return nil
    case (.some(let url), .some(let key)): return WitnessSettings(url: url, key: key)
    default:
      throw ConfigurationError(
        "--journal-witness and --journal-witness-key: one of them is missing")
    }
  }
}
