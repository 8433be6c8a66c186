package import Provisioning
import SigV4
import Yams

/// The policy document: YAML in, a checked ``Policy`` out.
package enum PolicyDocument {
  /// UTF-8 bytes of a document: thousands of organizations, and a bound on the work of a reload.
  static let maximumBytes = 4_194_304

  /// - Parameters:
  ///   - yaml: the text of the document.
  ///   - file: its name, for errors.
  ///   - defaultRegion: the AWS Region of a pool that has no `region` and whose id begins with none.
  /// - Throws: the first thing that is wrong, with its position and what is accepted.
  package static func load(
    yaml: String, file: String, defaultRegion: String? = nil
  ) throws(PolicyDocumentError) -> Policy {
    try load(
      yaml: yaml, file: file, defaultRegion: defaultRegion, keySets: KeySetFiles(besides: file))
  }

  /// - Parameter keySets: gets the files of public keys that the document names.
  static func load(
    yaml: String, file: String, defaultRegion: String?, keySets: KeySetFiles
  ) throws(PolicyDocumentError) -> Policy {
    guard yaml.utf8.count <= maximumBytes else {
      throw PolicyDocumentError(
        file: file, line: 1, column: 1, key: "", problem: "the document is too large",
        accepted: "at most \(maximumBytes) bytes")
    }
    guard let root = try parse(yaml, file: file) else {
      throw PolicyDocumentError(
        file: file, line: 1, column: 1, key: "", problem: "the document is empty",
        accepted: "version: 1 and organizations")
    }
    let document = try PolicyDocumentReader.read(
      DocumentNode(root: root, file: file), defaultRegion: defaultRegion, keySets: keySets)
    do {
      return try Policy(
        digest: digest(of: yaml), company: document.company,
        organizations: document.organizations, callers: document.callers)
    } catch {
      let mark = DocumentNode.position(of: error.path, in: root)
      throw PolicyDocumentError(
        file: file, line: mark.line, column: mark.column,
        key: PolicyRuleError.text(of: error.path), problem: error.problem,
        accepted: error.accepted)
    }
  }

  /// SHA-256 of the document's bytes, in lower-case hexadecimal.
  private static func digest(of yaml: String) -> String {
    String(decoding: SHA256Text.digest(of: yaml.utf8.span), as: UTF8.self)
  }

  /// The root of another document that is read the same way, e.g. a file of cases.
  static func root(yaml: String, file: String) throws(PolicyDocumentError) -> DocumentNode {
    guard let root = try parse(yaml, file: file) else {
      throw PolicyDocumentError(
        file: file, line: 1, column: 1, key: "", problem: "the document is empty",
        accepted: PolicyDocumentError.yamlAccepted)
    }
    return DocumentNode(root: root, file: file)
  }

  private static func parse(
    _ yaml: String, file: String
  ) throws(PolicyDocumentError) -> Node? {
    do {
      return try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw PolicyDocumentError(error, file: file)
    } catch {
      throw PolicyDocumentError(
        file: file, line: 1, column: 1, key: "", problem: "the document cannot be read",
        accepted: PolicyDocumentError.yamlAccepted)
    }
  }
}

extension PolicyDocumentError {
  static let yamlAccepted = "well-formed YAML, one document"

  init(_ error: YamlError, file: String) {
    self.init(
      file: file, line: 1, column: 1, key: "", problem: "the document cannot be read",
      accepted: Self.yamlAccepted)
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (line, column, self.problem) = (mark.line, mark.column, problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      (line, column) = (context.mark.line, context.mark.column)
      key = duplicates.first ?? ""
      problem = "the key stands twice"
      accepted = "each key at most once"
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0).split(
        separator: "\n", omittingEmptySubsequences: false)
      (line, column) = (max(before.count, 1), (before.last?.unicodeScalars.count ?? 0) + 1)
      self.problem = problem
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      break
    }
  }
}
