/// Why a witness has cosigned nothing.
enum WitnessFailure: Error, Equatable, CustomStringConvertible {
  /// It could not be asked, or did not answer.
  case unreachable(String)
  /// It answered what the protocol does not have.
  case malformed
  /// It does not cosign what it was asked: the status of its answer.
  case refused(Int)
  /// It has cosigned another tree of the same size.
  case forked(size: Int64)
  /// It has cosigned a larger tree than the journal has.
  case ahead(size: Int64)
  /// Its answer has no cosignature that its key gives.
  case forged
  /// It has always seen another tree than it said before.
  case unsteady

  /// Whether the journal, the witness or the configuration is at fault, so that waiting mends nothing.
  var isGrave: Bool {
    switch self {
    case .unreachable, .unsteady: false
    case .refused(let status): status < 500 && status != 429
    case .malformed, .forked, .ahead, .forged: true
    }
  }

  var description: String {
    switch self {
    case .unreachable(let reason): reason
    case .malformed: "its answer is none of the protocol"
    case .refused(403): "it refused the checkpoint (403): it does not know the key that signs it"
    case .refused(404): "it refused the checkpoint (404): it does not know the journal"
    case .refused(422): "it refused the checkpoint (422): the journal did not only grow"
    case .refused(let status): "it refused the checkpoint (\(status))"
    case .forked(let size): "it has cosigned another journal of the same name with \(size) records"
    case .ahead(let size):
      "it has cosigned \(size) records, more than the journal has: it is an older copy"
    case .forged: "its answer has no cosignature of its key"
    case .unsteady: "it has seen another tree each time"
    }
  }
}
