@testable import Server

extension FuzzTarget {
  /// A policy document. What is wrong is said with a place in the document.
  static let policyDocument = FuzzTarget("policy-document") { input throws(FuzzFinding) in
    let text = String(decoding: input, as: UTF8.self)
    do throws(PolicyDocumentError) {
      _ = try PolicyDocument.load(yaml: text, file: "fuzz")
    } catch {
      try FuzzFinding.unless(error.line > 0 && error.column > 0, "an error has a place")
      try FuzzFinding.unless(!error.description.contains("\n"), "an error is one line")
    }
  }
}
