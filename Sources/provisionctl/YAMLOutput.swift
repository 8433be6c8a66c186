import Yams

/// YAML, fields in the protocol's order.
enum YAMLOutput {
  static func render(_ value: OutputValue) -> String {
    // Serializing a tree of plain nodes has no reason to fail that a user could mend; JSON is YAML.
    let yaml = try? Yams.serialize(node: node(value), allowUnicode: true)
    return (yaml ?? JSONOutput.render(value)).trimmingNewlines
  }

  private static func node(_ value: OutputValue) -> Node {
    switch value {
    case .text(let text):
      // A text that would read as another type (`true`, `12`) is quoted.
      let style: Node.Scalar.Style = readsAsText(text) ? .any : .singleQuoted
      return Node(text, Tag(.str), style)
    case .integer(let number): return Node(String(number), Tag(.int))
    case .boolean(let flag): return Node(String(flag), Tag(.bool))
    case .list(let values): return Node(values.map(node), Tag(.seq))
    case .object(let fields):
      return Node(fields.map { (Node($0.name, Tag(.str)), node($0.value)) }, Tag(.map))
    }
  }

  private static func readsAsText(_ text: String) -> Bool {
    Resolver.default.resolveTag(of: Node(text)) == .str
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = self
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
