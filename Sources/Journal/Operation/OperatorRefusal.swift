package import Provisioning

/// Why an operator's command did nothing: one line, without anything personal.
package struct OperatorRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }

  package init(_ error: JournalError) {
    switch error {
    case .unavailable(let reason), .outcomeNotRecorded(let reason), .invalidQuery(let reason):
      self.init("the journal cannot do it: \(reason)")
    }
  }
}
