import Foundation
import Provisioning

/// A creation as a row of the table `creation`: the same columns in every store. What a person could
/// be known by is sealed or hashed.
struct CreationRow: Equatable, Sendable {
  var callerID: String
  var requestID: String
  /// 16 bytes.
  var creationID: Data
  var fingerprint: Data
  var organization: String
  var poolID: String
  var userHash: Data
  var emailHash: Data?
  var phoneHash: Data?
  var createTime: Int64
  /// The epoch of the key of `sealedIntent`. The answer's is that of its time, and never older.
  var sealKey: Int64
  var sealedIntent: Data
  var standing: Standing

  /// What an attempt, a lease or a verdict changes. All else stays what it was at the first intent:
  /// who asked for what under which key, and what is sent.
  struct Standing: Equatable, Sendable {
    /// ``CreationState`` as text.
    var state: String
    var attempt: Int64
    var fence: Int64
    var leaseEnd: Int64
    var updateTime: Int64
    var attemptTime: Int64
    var evidenceStart: Int64
    var sendEnd: Int64?
    var evidence: String?
    var operatorVerdict: String?
    var sealedAnswer: Data?
  }

  var key: CreationKey { CreationKey(callerID: callerID, requestID: requestID) }

  /// Whether `stamp` is that of this row.
  func matches(_ stamp: CreationStamp) -> Bool {
    creationID == Data(stamp.creationID.bytes) && standing.state == stamp.state.rawValue
      && standing.attempt == Int64(stamp.attempt) && standing.fence == Int64(stamp.fence)
  }
}

/// A change of the table `creation`; see ``CreationTransition``. Rows stand in boxes, because they go
/// from hand to hand.
enum CreationRowChange: Sendable {
  indirect case insert(CreationRow)
  /// Changes the row that has this stamp.
  indirect case update(CreationStamp, CreationRow.Standing)
  /// Removes settled rows that were last changed before a time: their keys are free again.
  case purge(settledBefore: Int64, limit: Int)
}

/// Reads rows beside the writer. Each read sees every row whose write has returned.
protocol CreationReader: Sendable {
  func row(_ key: CreationKey) async throws(JournalError) -> CreationRow?
  func row(_ id: Identifier) async throws(JournalError) -> CreationRow?
  /// See ``CreationStore/abandoned(before:limit:)``.
  func abandoned(before time: Int64, limit: Int) async throws(JournalError) -> [CreationRow]
  /// See ``CreationStore/creators(of:since:)``.
  func creators(
    of name: NameInPool, since time: Int64
  ) async throws(JournalError) -> [CreationRow]
}
