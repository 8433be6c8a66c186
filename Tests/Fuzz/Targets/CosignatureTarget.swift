@testable import Journal

extension FuzzTarget {
  /// What a witness answers, whose key signs with 32 zero bytes: the corpus has what it signed.
  static let cosignature = FuzzTarget("cosignature") { input throws(FuzzFinding) in
    let key = "witness.example/w1+e42b2f2c+BDtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    let note = """
      provisiond/journal/00
      17
      AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=

      \u{2014} provisiond/journal/00 AQIDBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

      """
    guard let witness = NoteVerifierKey(key, .cosignature), let checkpoint = SignedCheckpoint(note)
    else { throw FuzzFinding("the target has no witness") }
    let request = WitnessRequest(old: 0, path: [], checkpoint: checkpoint)
    guard let cosigned = request.cosigned(by: String(decoding: input, as: UTF8.self), key: witness)
    else { return }
    try FuzzFinding.unless(cosigned.isCosigned(by: witness), "what is kept is cosigned")
    try FuzzFinding.unless(
      cosigned.checkpoint == checkpoint.checkpoint, "the checkpoint is the one that was asked about"
    )
    try FuzzFinding.unless(
      cosigned.note.hasPrefix(checkpoint.note), "the journal's signatures stay as they are")
  }
}
