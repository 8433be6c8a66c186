/// What a pattern consists of.
indirect enum PatternNode: Equatable, Sendable {
  case scalars(ScalarSet)
  case sequence([PatternNode])
  /// The first that matches, or any other: a whole match knows no order.
  case alternatives([PatternNode])
  case repeated(PatternNode, ClosedRange<Int>)
}

/// Reads a pattern: literals, `[classes]`, `(groups)`, `a|b`, `?`, `{n}` and `{n,m}`, by Unicode
/// scalar. Whatever else regular expressions have is refused: a pattern that is quietly read in
/// another way than it was meant lets names in that nobody wanted.
struct PatternParser {
  /// Scalars of a pattern. A line that a person can check is shorter.
  static let maximumLength = 4096
  /// Groups inside of groups.
  static let maximumDepth = 32
  /// The highest count of a repeat: no user name is longer.
  static let maximumRepeat = APILimits.username.upperBound

  private static let constructs = "literals, [classes], (groups), |, ?, {n} and {n,m}"

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  static func parse(_ text: String) throws(PatternError) -> PatternNode {
    var parser = PatternParser(text)
    guard parser.scalars.count <= maximumLength else {
      throw PatternError(
        position: maximumLength + 1, problem: "the pattern is too long",
        accepted: "at most \(maximumLength) characters")
    }
    let node = try parser.alternatives()
    guard parser.index == parser.scalars.count else {
      throw parser.error("a ) without its (", accepted: "\\) for the character itself")
    }
    return node
  }

  private func error(_ problem: String, accepted: String) -> PatternError {
    PatternError(position: index + 1, problem: problem, accepted: accepted)
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    index += 1
    return true
  }

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var parts: [PatternNode] = []
    while let scalar = current, scalar != "|", scalar != ")" { parts.append(try repeatedPart()) }
    guard !parts.isEmpty else {
      throw error("nothing stands here", accepted: "something to match; ? makes it optional")
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeatedPart() throws(PatternError) -> PatternNode {
    let part = try part()
    guard let counts = try counts() else { return part }
    if let next = current, "?{*+".unicodeScalars.contains(next) {
      throw error("a repeat of a repeat", accepted: "one repeat; a group around it for another")
    }
    return .repeated(part, counts)
  }

  private mutating func part() throws(PatternError) -> PatternNode {
    guard let scalar = current else {
      throw error("the pattern ends here", accepted: Self.constructs)
    }
    switch scalar {
    case "(": return try group()
    case "[": return .scalars(try characterClass())
    case "\\": return .scalars(ScalarSet(try escaped()))
    case "*", "+":
      throw error("a repeat without an end", accepted: "{n,m}, e.g. {1,64}")
    case "?", "{":
      throw error("a repeat of nothing", accepted: "something before it")
    case ".":
      throw error(". for any character", accepted: "a [class], or \\. for the character itself")
    case "^", "$":
      throw error(
        "an anchor: a pattern always matches the whole name",
        accepted: "nothing, or \\\(scalar) for the character itself")
    case "]", "}":
      throw error(
        "a \(scalar) that closes nothing", accepted: "\\\(scalar) for the character itself")
    default:
      index += 1
      return .scalars(ScalarSet(scalar))
    }
  }

  private mutating func group() throws(PatternError) -> PatternNode {
    let start = index
    index += 1
    if current == "?" {
      throw error("a group with an option", accepted: "a plain group: ( )")
    }
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw error("too many groups inside of groups", accepted: "at most \(Self.maximumDepth)")
    }
    let node = try alternatives()
    guard take(")") else {
      index = start
      throw error("a ( without its )", accepted: "\\( for the character itself")
    }
    depth -= 1
    return node
  }

  /// A backslash takes the meaning away from a character that has one.
  private mutating func escaped() throws(PatternError) -> Unicode.Scalar {
    index += 1
    guard let scalar = current, scalar.isASCII, scalar.properties.isPatternSyntax else {
      index -= 1
      throw error(
        "an escape that is none", accepted: "\\ before a punctuation mark; a [class] for others")
    }
    index += 1
    return scalar
  }

  // MARK: Classes

  private mutating func characterClass() throws(PatternError) -> ScalarSet {
    let start = index
    index += 1
    var set = ScalarSet(isNegated: take("^"))
    var isEmpty = true
    while let scalar = current, scalar != "]" {
      let first = try classMember()
      isEmpty = false
      guard current == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        set.insert(first...first)
        continue
      }
      index += 1
      let last = try classMember()
      guard first <= last else {
        throw error("a range that ends before it begins", accepted: "the lower character first")
      }
      set.insert(first...last)
    }
    guard current == "]" else {
      index = start
      throw error("a [ without its ]", accepted: "\\[ for the character itself")
    }
    guard !isEmpty else { throw error("an empty class", accepted: "[a-z]") }
    index += 1
    return set
  }

  private mutating func classMember() throws(PatternError) -> Unicode.Scalar {
    guard let scalar = current else {
      throw error("the pattern ends in a class", accepted: "]")
    }
    if scalar == "\\" { return try escaped() }
    if scalar == "[" {
      throw error("a [ in a class", accepted: "\\[ for the character itself")
    }
    index += 1
    return scalar
  }

  // MARK: Repeats

  private mutating func counts() throws(PatternError) -> ClosedRange<Int>? {
    if take("?") { return 0...1 }
    if current == "*" || current == "+" {
      throw error("a repeat without an end", accepted: "{n,m}, e.g. {1,64}")
    }
    guard current == "{" else { return nil }
    let start = index
    index += 1
    let low = number()
    let high = take(",") ? number() : low
    guard let low, let high, take("}") else {
      index = start
      throw error("a repeat without both of its ends", accepted: "{n} or {n,m}, e.g. {1,64}")
    }
    guard low <= high, (1...Self.maximumRepeat).contains(high) else {
      index = start
      throw error(
        "a repeat out of bounds", accepted: "0 <= n <= m, 1 <= m <= \(Self.maximumRepeat)")
    }
    return low...high
  }

  private mutating func number() -> Int? {
    let start = index
    var value = 0
    while let scalar = current, ("0"..."9").contains(scalar) {
      value = min(value * 10 + Int(scalar.value - 0x30), Self.maximumRepeat + 1)
      index += 1
    }
    return index > start ? value : nil
  }
}
