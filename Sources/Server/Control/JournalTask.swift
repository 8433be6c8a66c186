import Journal
import Provisioning

/// What an operator asks of a journal: of the service that has it open, or of the command itself.
enum JournalTask: Codable, Sendable {
  case backUp(path: String)
  case resolve(creationID: String, verdict: String, operatorName: String)

  /// - Returns: what was done, in one line.
  func run(on journal: any OperatedJournal) async throws(OperatorRefusal) -> String {
    switch self {
    case .backUp(let path):
      let records = try await journal.backUp(to: path)
      return "\(path): backed up, \(records) records; the keys are not in it"
    case .resolve(let text, let verdictText, let name):
      guard let id = Identifier(text), let verdict = OperatorVerdict(rawValue: verdictText) else {
        throw OperatorRefusal("the request is not one of this release")
      }
      try await journal.resolve(id, as: verdict, by: name)
      return "\(id): \(CreationState.operatorResolved.rawValue), \(verdict.rawValue)"
    }
  }
}
