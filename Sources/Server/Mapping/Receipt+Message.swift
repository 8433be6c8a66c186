import Journal
import Messages
import Provisioning

extension ProvisioningV1.Checkpoint {
  init(_ signed: SignedCheckpoint) {
    self.init(
      origin: signed.checkpoint.origin, treeSize: UInt64(signed.checkpoint.size),
      rootHash: Array(signed.checkpoint.root.bytes), signedNote: signed.note)
  }
}

extension ProvisioningV1.Receipt {
  init(_ receipt: RecordReceipt) {
    self.init(
      eventID: receipt.eventID.description, record: Array(receipt.record),
      leafIndex: UInt64(receipt.treeIndex),
      inclusionPath: receipt.inclusionPath.map { Array($0.bytes) },
      checkpoint: ProvisioningV1.Checkpoint(receipt.checkpoint))
  }
}
