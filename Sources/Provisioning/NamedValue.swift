/// An attribute, a validation datum or a metadata entry: what the maps of a policy give values to.
protocol NamedValue {
  var entryName: String { get }
  var value: String { get set }
  init(entryName: String, value: String)
}

extension UserAttribute: NamedValue {
  var entryName: String { name }
  init(entryName: String, value: String) { self.init(name: entryName, value: value) }
}

extension MetadataEntry: NamedValue {
  var entryName: String { key }
  init(entryName: String, value: String) { self.init(key: entryName, value: value) }
}

extension Array where Element: NamedValue {
  /// The place of a name, compared byte by byte.
  func firstIndex(named name: String) -> Int? {
    // The span lends its elements: no reference is counted.
    let entries = span
    for index in entries.indices where entries[index].entryName.hasSameBytes(as: name) {
      return index
    }
    return nil
  }

  /// Whether the name is there with a value that is not empty.
  func hasValue(named name: String) -> Bool {
    guard let index = firstIndex(named: name) else { return false }
    return !span[index].value.isEmpty
  }

  /// Puts the fixed values in, then the defaults of names that are not there.
  ///
  /// - Parameter decisions: takes one for each entry that changes something.
  mutating func apply(
    _ map: EffectiveMap, _ context: inout TemplateContext, _ decisions: inout [PolicyDecision]
  ) {
    for entry in map.fixed {
      let text = context.text(of: entry.template)
      if let index = firstIndex(named: entry.name) {
        if self[index].value.hasSameBytes(as: text) { continue }
        self[index].value = text
      } else {
        append(Element(entryName: entry.name, value: text))
      }
      decisions.append(entry.decision)
    }
    for entry in map.default where firstIndex(named: entry.name) == nil {
      append(Element(entryName: entry.name, value: context.text(of: entry.template)))
      decisions.append(entry.decision)
    }
  }
}
