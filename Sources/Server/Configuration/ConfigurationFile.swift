import Foundation
import Yams

/// The `--config` file: a YAML mapping whose keys are the settings' names.
enum ConfigurationFile {
  /// Reads the file's settings.
  static func load(path: String) throws(ConfigurationError) -> [Setting: SettingValue] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ConfigurationError("\(path): cannot be read as UTF-8 text")
    }
    return try parse(text, path: path)
  }

  static func parse(_ text: String, path: String) throws(ConfigurationError) -> [Setting:
    SettingValue]
  {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      let line = error.line
      throw ConfigurationError("\(path):\(line): is not YAML")
    } catch {
      throw ConfigurationError("\(path): is not YAML")
    }
    guard let root, root != .scalar(.init("")) else { return [:] }
    guard let mapping = root.mapping else {
      throw ConfigurationError(
        "\(path): accepted is a mapping of settings to values")
    }
    var values: [Setting: SettingValue] = [:]
    for (keyNode, valueNode) in mapping {
      let source = fileSource(path, keyNode.mark?.line ?? 1)
      let key = keyNode.string ?? ""
      guard let setting = Setting(rawValue: key) else {
        let names = Setting.allCases.map(\.rawValue).joined(separator: ", ")
        throw ConfigurationError(
          "\(path):\(keyNode.mark?.line ?? 1): unknown key '\(key)'; accepted: \(names)")
      }
      values[setting] = try value(of: setting, valueNode, source: source)
    }
    return values
  }

  private static func value(
    of setting: Setting, _ node: Node, source: SettingValue.Source
  ) throws(ConfigurationError) -> SettingValue {
    if let scalar = node.scalar {
      return SettingValue([scalar.string], source: source)
    }
    if let sequence = node.sequence, setting.isRepeatable {
      let texts = sequence.compactMap { $0.scalar?.string }
      if texts.count == sequence.count { return SettingValue(texts, source: source) }
    }
    let accepted = setting.isRepeatable ? "a text or a list of texts" : "one text"
    throw ConfigurationError(
      setting: setting, value: SettingValue([], source: source),
      problem: "has the wrong type; accepted: \(accepted)")
  }

  private static func fileSource(_ path: String, _ line: Int = 1) -> SettingValue.Source {
    .file(path: path, line: line)
  }
}

extension YamlError {
  /// The line of a parse error, as far as the parser tells it.
  fileprivate var line: Int {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      mark.line
    default: 1
    }
  }
}
