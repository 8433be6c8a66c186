import GRPC
import Journal
import Messages
import Provisioning

/// Gives callers the proof that what they are told stands in the journal. An object, because each call
/// that may need it holds it.
final class Receipts: Sendable {
  /// How long an answer waits for its record's place in the tree. The user is there by then: an answer
  /// without a receipt is better than a late one.
  static let wait = Duration.seconds(1)

  private let proofs: JournalProofs
  /// Whether every creation gets one, asked for or not.
  let isAlwaysGiven: Bool

  init(proofs: JournalProofs, isAlwaysGiven: Bool) {
    self.proofs = proofs
    self.isAlwaysGiven = isAlwaysGiven
  }

  /// The receipt of a creation's outcome; `nil` where there is none in time.
  func receipt(
    of creation: Identifier, waitingAtMost wait: Duration = wait
  ) async -> ProvisioningV1.Receipt? {
    let receipt = try? await proofs.receipt(ofCreation: creation, waitingAtMost: wait)
    return receipt.map { ProvisioningV1.Receipt($0) }
  }
}
