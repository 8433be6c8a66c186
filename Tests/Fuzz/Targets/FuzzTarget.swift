/// A reader of foreign bytes, and what has to hold for every input. That a reader refuses its input
/// is no finding; a trap, an overrun or a broken promise is.
package struct FuzzTarget: Sendable {
  package let name: String
  private let check: @Sendable ([UInt8]) throws(FuzzFinding) -> Void

  init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws(FuzzFinding) -> Void) {
    self.name = name
    self.check = check
  }

  /// - Throws: what does not hold for this input.
  package func run(_ input: [UInt8]) throws(FuzzFinding) { try check(input) }

  package static let all: [FuzzTarget] = [
    .http2, .messageFraming, .createUser, .signature, .upstreamJSON, .jsonWebToken, .certificate,
    .policyDocument, .checkpoint, .cosignature,
  ]
}

/// A promise that an input has broken.
package struct FuzzFinding: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  /// - Throws: itself, where the promise does not hold.
  static func unless(_ holds: Bool, _ promise: String) throws(FuzzFinding) {
    guard holds else { throw FuzzFinding("broken: \(promise)") }
  }
}
