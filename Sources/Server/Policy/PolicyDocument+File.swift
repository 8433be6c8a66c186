import Foundation
import Provisioning

extension PolicyDocument {
  /// Reads and checks the document in a file.
  ///
  /// - Parameters:
  ///   - environment: where ``defaultRegion(in:)`` is looked for.
  ///   - keySets: gets the files of public keys that the document names.
  static func load(
    path: String, environment: [String: String] = ProcessSurroundings.environment,
    keySets: KeySetFiles? = nil
  ) throws(PolicyDocumentError) -> Policy {
    try load(
      yaml: text(path: path), file: path, defaultRegion: defaultRegion(in: environment),
      keySets: keySets ?? KeySetFiles(besides: path))
  }

  /// The root of a file of cases.
  static func root(path: String) throws(PolicyDocumentError) -> DocumentNode {
    try root(yaml: text(path: path), file: path)
  }

  private static func text(path: String) throws(PolicyDocumentError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw problem(path, "cannot be read", accepted: "a readable YAML file")
    }
    guard data.count <= maximumBytes else {
      throw problem(path, "is too large", accepted: "at most \(maximumBytes) bytes")
    }
    guard let yaml = String(data: data, encoding: .utf8) else {
      throw problem(path, "is not UTF-8", accepted: "a YAML file in UTF-8")
    }
    return yaml
  }

  /// Checks the document in a file, and gives its digest.
  package static func check(path: String) throws(PolicyDocumentError) -> String {
    try load(path: path).digest
  }

  /// The Region that AWS's tools take where nothing names one: `AWS_REGION`, then
  /// `AWS_DEFAULT_REGION`. What is no Region counts as not set.
  static func defaultRegion(in environment: [String: String]) -> String? {
    ["AWS_REGION", "AWS_DEFAULT_REGION"].lazy.compactMap { environment[$0] }
      .first(where: UserPoolRules.isRegion)
  }

  private static func problem(
    _ path: String, _ problem: String, accepted: String
  ) -> PolicyDocumentError {
    PolicyDocumentError(
      file: path, line: 1, column: 1, key: "", problem: problem, accepted: accepted)
  }
}
