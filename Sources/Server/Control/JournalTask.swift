import Foundation
import Journal
import Provisioning

/// What an operator asks of a journal: of the service that has it open, or of the command itself.
/// Names are those of operators, for the records.
enum JournalTask: Codable, Sendable {
  case backUp(path: String, operatorName: String)
  case resolve(creationID: String, verdict: String, operatorName: String)
  case erase(creationID: String, operatorName: String)
  case listKeys
  case rotateKeys(operatorName: String)
  case destroyKeys(epoch: Int, operatorName: String)
  case recordExport(operatorName: String)
  case rotateCheckpointKey(operatorName: String)

  /// - Returns: what was done, or is there; a line for each.
  func run(on journal: any OperatedJournal) async throws(OperatorRefusal) -> String {
    switch self {
    case .backUp(let path, let name):
      let records = try await journal.backUp(to: path, by: name)
      return "\(path): backed up, \(records) records; the keys are not in it"
    case .resolve(let text, let verdictText, let name):
      guard let id = Identifier(text), let verdict = OperatorVerdict(rawValue: verdictText) else {
        throw Self.unknown
      }
      try await journal.resolve(id, as: verdict, by: name)
      return "\(id): \(CreationState.operatorResolved.rawValue), \(verdict.rawValue)"
    case .erase(let text, let name):
      guard let id = Identifier(text) else { throw Self.unknown }
      try await journal.erase(id, by: name)
      return "\(id): erased; its records stay, without a name"
    case .listKeys:
      return try await journal.keyEpochs().map(Self.line).joined(separator: "\n")
    case .rotateKeys(let name):
      return "epoch \(try await journal.rotateKeys(by: name)): made, and in use from now on"
    case .destroyKeys(let epoch, let name):
      try await journal.destroyKeys(ofEpoch: epoch, by: name)
      return "epoch \(epoch): its keys are destroyed"
    case .recordExport(let name):
      try await journal.recordExport(by: name)
      return "an export of the audit trail was recorded"
    case .rotateCheckpointKey(let name):
      return try await journal.rotateCheckpointKey(by: name).map(\.description)
        .joined(separator: "\n")
    }
  }

  private static let unknown = OperatorRefusal("the request is not one of this release")

  private static func line(_ epoch: KeyEpochStatus) -> String {
    func part(_ word: String, _ time: Int64?) -> String {
      guard let time else { return "" }
      let date = Date(timeIntervalSince1970: TimeInterval(time) / 1_000_000)
      return ", \(word) \(date.formatted(.iso8601))"
    }
    return "epoch \(epoch.number): \(epoch.state.rawValue)" + part("made", epoch.madeAt)
      + part("destroyed", epoch.destroyedAt)
  }
}
