@testable import Journal

extension FuzzTarget {
  /// A signed checkpoint that somebody gives back.
  static let checkpoint = FuzzTarget("checkpoint") { input throws(FuzzFinding) in
    guard let signed = SignedCheckpoint(String(decoding: input, as: UTF8.self)) else { return }
    try FuzzFinding.unless(signed.checkpoint.size >= 0, "a tree has a size")
    try FuzzFinding.unless(
      Checkpoint(text: signed.checkpoint.text) == signed.checkpoint,
      "a checkpoint is what its text says")
  }
}
