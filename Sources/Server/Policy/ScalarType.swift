import Yams

extension Node.Scalar {
  /// What YAML 1.1 takes a value for (https://yaml.org/type/), in a document that was read with
  /// ``Resolver/basic``.
  var type: Tag.Name {
    let name = Tag.Name(rawValue: tag.rawValue)
    return name == .implicit ? Self.type(ofPlain: string) : name
  }

  /// The same for a key. That resolver has called every plain one a text.
  var typeOfKey: Tag.Name {
    style == .plain && type == .str ? Self.type(ofPlain: string) : type
  }

  /// Most are told at a glance. Yams would hold each against seven regular expressions, which take a
  /// millisecond of the start to make.
  static func type(ofPlain text: String) -> Tag.Name {
    if let type = words[text] { return type }
    switch text.utf8.first {
    case .some(UInt8(ascii: "1")...UInt8(ascii: "9"))
    where text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains):
      return .int
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), .some(UInt8(ascii: "+")),
      .some(UInt8(ascii: "-")), .some(UInt8(ascii: ".")):
      return Resolver.default.resolveTag(of: Node(text))
    default:
      return .str
    }
  }

  /// Those that are no text, though they begin as one.
  private static let words: [String: Tag.Name] = {
    let flags = ["yes", "no", "true", "false", "on", "off"]
    let spelled = (flags + ["null"]).flatMap { word in
      [word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()].map {
        ($0, flags.contains(word) ? Tag.Name.bool : .null)
      }
    }
    return Dictionary(
      uniqueKeysWithValues: spelled + [("", .null), ("~", .null), ("<<", .merge), ("=", .value)])
  }()
}
