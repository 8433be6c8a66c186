import Provisioning
import Yams

/// One node of the document with the way to it: reads it as what is expected there, or says where
/// and why it is not.
struct DocumentNode {
  private let node: Node
  private let path: [String]
  private let file: String

  init(root: Node, file: String) {
    self.init(node: root, path: [], file: file)
  }

  private init(node: Node, path: [String], file: String) {
    self.node = node
    self.path = path
    self.file = file
  }

  /// An error at this node.
  func error(_ problem: String, accepted: String) -> PolicyDocumentError {
    error(problem, accepted: accepted, at: node.mark, path: path)
  }

  private func error(
    _ problem: String, accepted: String, at mark: Mark?, path: [String]
  ) -> PolicyDocumentError {
    PolicyDocumentError(
      file: file, line: mark?.line ?? 1, column: mark?.column ?? 1,
      key: PolicyRuleError.text(of: path), problem: problem, accepted: accepted)
  }

  private func mismatch(_ expected: String, accepted: String) -> PolicyDocumentError {
    error("\(kind) where \(expected) is expected", accepted: accepted)
  }

  /// What stands here, in the words of YAML.
  private var kind: String {
    switch node {
    case .mapping: "a map"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar(let scalar):
      switch scalar.type {
      case .str: "text"
      case .bool: "a boolean"
      case .int, .float: "a number"
      case .null: "nothing"
      case .timestamp: "a date"
      default: "a value of another type"
      }
    }
  }

  // MARK: Scalars

  func text(accepted: String = "text, in quotes if it looks like another type")
    throws(PolicyDocumentError) -> String
  {
    guard case .scalar(let scalar) = node, scalar.type == .str else {
      throw mismatch("text", accepted: accepted)
    }
    return scalar.string
  }

  /// `true` or `false`, and none of the other words that YAML 1.1 takes for them.
  func flag() throws(PolicyDocumentError) -> Bool {
    if case .scalar(let scalar) = node, scalar.type == .bool {
      if scalar.string == "true" { return true }
      if scalar.string == "false" { return false }
    }
    throw error("neither true nor false", accepted: "true, false")
  }

  /// The text of a plain scalar of any type.
  func plainText(accepted: String) throws(PolicyDocumentError) -> String {
    guard case .scalar(let scalar) = node else { throw mismatch("a value", accepted: accepted) }
    return scalar.string
  }

  func integer(in range: ClosedRange<Int>) throws(PolicyDocumentError) -> Int {
    let accepted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(let scalar) = node, scalar.type == .int else {
      throw mismatch("a whole number", accepted: accepted)
    }
    guard let number = Int(scalar.string), range.contains(number) else {
      throw error("out of bounds", accepted: accepted)
    }
    return number
  }

  /// One of the words.
  func word(among words: [String]) throws(PolicyDocumentError) -> String {
    let accepted = words.joined(separator: ", ")
    let text = try text(accepted: accepted)
    guard words.contains(text) else {
      throw error("unknown value" + Suggestion.text(for: text, among: words), accepted: accepted)
    }
    return text
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    of type: Choice.Type
  ) throws(PolicyDocumentError) -> Choice {
    let names = Choice.allCases.map(\.rawValue)
    let accepted = names.joined(separator: ", ")
    let text = try text(accepted: accepted)
    guard let choice = Choice(rawValue: text) else {
      throw error("unknown value" + Suggestion.text(for: text, among: names), accepted: accepted)
    }
    return choice
  }

  // MARK: Collections

  var isList: Bool { node.sequence != nil }

  func items(accepted: String) throws(PolicyDocumentError) -> [DocumentNode] {
    guard case .sequence(let sequence) = node else { throw mismatch("a list", accepted: accepted) }
    return sequence.enumerated().map { index, item in
      DocumentNode(node: item, path: path + ["[\(index)]"], file: file)
    }
  }

  /// A list that names nothing twice.
  func list<Element: Equatable>(
    accepted: String, _ read: (DocumentNode) throws(PolicyDocumentError) -> Element
  ) throws(PolicyDocumentError) -> [Element] {
    var elements: [Element] = []
    for item in try items(accepted: accepted) {
      let element = try read(item)
      guard !elements.contains(element) else {
        throw item.error("listed twice", accepted: "each entry at most once")
      }
      elements.append(element)
    }
    return elements
  }

  func names() throws(PolicyDocumentError) -> [String] {
    try list(accepted: "a list of names") { item throws(PolicyDocumentError) in
      try item.text()
    }
  }

  /// The entries of a map whose keys are free names, in their order.
  func entries(
    accepted: String
  ) throws(PolicyDocumentError) -> [(name: String, value: DocumentNode)] {
    guard case .mapping(let mapping) = node else { throw mismatch("a map", accepted: accepted) }
    var entries: [(name: String, value: DocumentNode)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key, scalar.typeOfKey == .str else {
        throw error(
          "a key is no text", accepted: "text, in quotes if it looks like another type",
          at: key.mark, path: path)
      }
      entries.append(
        (scalar.string, DocumentNode(node: value, path: path + [scalar.string], file: file)))
    }
    return entries
  }

  /// The values of a map whose keys are given. A key that is not among them is an error, also one
  /// that policy documents know but this release does not.
  func fields(_ keys: DocumentKeys) throws(PolicyDocumentError) -> [String: DocumentNode] {
    guard case .mapping(let mapping) = node else {
      throw mismatch("a map", accepted: keys.accepted)
    }
    var fields: [String: DocumentNode] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      let way = path + [name]
      guard keys.built.contains(name) else {
        let problem =
          keys.later[name]
          ?? "unknown key"
          + Suggestion.text(for: name, among: keys.built + keys.later.keys.sorted())
        throw error(problem, accepted: keys.accepted, at: key.mark, path: way)
      }
      fields[name] = DocumentNode(node: value, path: way, file: file)
    }
    return fields
  }

  // MARK: Other notations

  /// The same in YAML's flow style, names of maps in their order.
  var flowValue: FlowValue {
    switch node {
    case .mapping(let mapping):
      .map(
        mapping.map { key, value in
          (key.scalar?.string ?? "", DocumentNode(root: value, file: file).flowValue)
        }.sorted { $0.0 < $1.0 })
    case .sequence(let sequence):
      .list(sequence.map { DocumentNode(root: $0, file: file).flowValue })
    case .scalar(let scalar) where scalar.type == .bool: .flag(scalar.string == "true")
    case .scalar(let scalar): .text(scalar.string)
    case .alias: .text("")
    }
  }

  // MARK: Positions

  /// Where the key stands, or the nearest key above it that is in the document.
  static func position(
    of path: [String], in root: Node
  ) -> (line: Int, column: Int) {
    var node = root
    var mark = root.mark
    for part in path {
      guard let (place, value) = child(part, of: node) else { break }
      (mark, node) = (value.scalar?.mark ?? place, value)
    }
    return (mark?.line ?? 1, mark?.column ?? 1)
  }

  private static func child(_ part: String, of node: Node) -> (Mark?, Node)? {
    switch node {
    case .mapping(let mapping):
      guard let (key, value) = mapping.first(where: { $0.key.scalar?.string == part }) else {
        return nil
      }
      return (key.mark, value)
    case .sequence(let sequence):
      guard let index = Int(part.dropFirst().dropLast()), sequence.indices.contains(index) else {
        return nil
      }
      return (sequence[index].mark, sequence[index])
    case .scalar, .alias: return nil
    }
  }
}

/// The keys of one map of the document.
struct DocumentKeys {
  let built: [String]
  /// Keys whose meaning is not built yet, and what to know of them: refused, never ignored.
  let later: [String: String]

  init(_ built: [String], later: [String: String] = [:]) {
    self.built = built
    self.later = later
  }

  var accepted: String { built.joined(separator: ", ") }
}
