import Testing

@testable import Provisioning

@Suite("Patterns of user names")
struct PatternTests {
  @Test(
    "A pattern matches the whole name, by Unicode scalar",
    arguments: [
      ("[a-z0-9._@+-]{1,64}", "ada.lovelace+1@example-x", true),
      ("[a-z0-9._@+-]{1,64}", "Ada", false),
      ("[a-z0-9._@+-]{1,64}", "", false),
      ("[a-z]{1,64}", String(repeating: "a", count: 64), true),
      ("[a-z]{1,64}", String(repeating: "a", count: 65), false),
      ("ab", "abc", false), ("ab", "xab", false), ("ab", "ab", true),
      ("a|bc|d", "bc", true), ("a|bc|d", "ad", false),
      ("(ab){2}", "abab", true), ("(ab){2}", "ab", false), ("(ab){2}", "ababab", false),
      ("a{2,3}", "a", false), ("a{2,3}", "aaa", true), ("a{2,3}", "aaaa", false),
      ("a{0,2}b", "b", true), ("a?b?", "", true), ("(a|b)?c", "bc", true),
      ("[^0-9]{3}", "aéß", true), ("[^0-9]{3}", "a1b", false),
      ("[à-ý]", "é", true), ("é", "e\u{301}", false), ("..", "", false),
      (#"a\.b"#, "a.b", true), (#"a\.b"#, "axb", false), (#"[\]\\-]{3}"#, #"]\-"#, true),
      ("[a-]{2}", "-a", true), ("[-a]{2}", "-a", true), ("😀{2}", "😀😀", true),
    ].filter { $0.0 != ".." })
  func wholeName(_ pattern: String, _ name: String, _ matches: Bool) throws {
    #expect(try Pattern(pattern).matches(name) == matches)
  }

  @Test(
    "What is no literal, class, group, alternative or bounded repeat is refused where it stands",
    arguments: [
      ("a*", 2), ("a+", 2), ("a{2,}", 2), ("a{,2}", 2), ("a{3,2}", 2), ("a{0}", 2), ("a{129}", 2),
      ("a{1", 2), ("^a", 1), ("a$", 2), (".", 1), ("a.b", 2), (#"\d"#, 1), (#"\w{2}"#, 1),
      (#"\p{L}"#, 1), (#"a\"#, 2), ("(?:a)", 2), ("(?i)a", 2), ("(a", 1), ("a)", 2), ("[a", 1),
      ("[]", 2), ("[^]", 3), ("[z-a]", 5), ("[[:alpha:]]", 2), ("a{2}{3}", 5), ("a?+", 3),
      ("", 1), ("a|", 3), ("|a", 1), ("()", 2), ("?", 1), ("{2}", 1), ("a]", 2), ("a}", 2),
      (#"(a)\1"#, 4),
    ])
  func refused(_ pattern: String, _ position: Int) {
    let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
    #expect(error?.position == position)
    #expect(error?.accepted.isEmpty == false)
  }

  @Test("Size is bounded before anything is unfolded")
  func sizes() throws {
    #expect(throws: PatternError.self) { try Pattern("((a{1,128}){1,128}){1,128}") }
    #expect(throws: PatternError.self) {
      try Pattern(String(repeating: "(", count: 33) + "a" + String(repeating: ")", count: 33))
    }
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 5000)) }
    #expect(try Pattern("[a-z]{1,128}@[a-z]{1,128}").matches("a@b"))
  }

  /// Each scalar enters each instruction at most once: backtracking would need 2^20 ways and more.
  @Test(
    "Patterns that make a backtracking matcher explode end at once",
    arguments: ["(a?){30}a{30}", "((a|a){1,20}){1,20}b", "(a{1,30}){1,30}b", "(a|aa){1,60}b"])
  func catastrophic(_ text: String) throws {
    let pattern = try Pattern(text)
    #expect(pattern.matches(String(repeating: "a", count: 30)) == !text.hasSuffix("b"))
    #expect(!pattern.matches(String(repeating: "a", count: 128) + "!"))
  }

  @Test("Random patterns and names agree with the plain definition of a match", arguments: 0..<40)
  func agreesWithDefinition(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var matches = 0
    for _ in 0..<50 {
      let node = PatternNode.random(depth: 3, &random)
      let program = try Pattern(node.text)
      for _ in 0..<20 {
        let name = String(
          (0..<Int.random(in: 0...6, using: &random)).map { _ in
            "abé".randomElement(using: &random) ?? "a"
          })
        let expected = node.ends(of: Array(name.unicodeScalars), from: 0)
          .contains(name.unicodeScalars.count)
        #expect(program.matches(name) == expected, "\(node.text) on \(name)")
        matches += expected ? 1 : 0
      }
    }
    #expect(matches > 0)
  }
}

extension PatternNode {
  private static let literals: [(String, ScalarSet)] = [
    ("a", .of("a")), ("b", .of("b")), ("é", .of("é")), ("[ab]", .of("ab")), ("[^a]", .not("a")),
  ]

  static func random(depth: Int, _ random: inout SeededGenerator) -> PatternNode {
    let kind = depth == 0 ? 0 : Int.random(in: 0...3, using: &random)
    func part() -> PatternNode { .random(depth: depth - 1, &random) }
    switch kind {
    case 1: return .sequence([part(), part()])
    case 2: return .alternatives([part(), part()])
    case 3:
      let low = Int.random(in: 0...2, using: &random)
      return .repeated(part(), low...(max(low, 1) + Int.random(in: 0...1, using: &random)))
    default: return .scalars(literals[Int.random(in: 0..<literals.count, using: &random)].1)
    }
  }

  /// The pattern as a document has it.
  var text: String {
    switch self {
    case .scalars(let set): Self.literals.first { $0.1 == set }?.0 ?? ""
    case .sequence(let parts): parts.map { "(\($0.text))" }.joined()
    case .alternatives(let branches): branches.map { "(\($0.text))" }.joined(separator: "|")
    case .repeated(let part, let counts):
      "(\(part.text)){\(counts.lowerBound),\(counts.upperBound)}"
    }
  }

  /// Where a match that begins at a place can end: the definition, in exponential time.
  func ends(of text: [Unicode.Scalar], from start: Int) -> Set<Int> {
    switch self {
    case .scalars(let set):
      return start < text.count && set.contains(text[start]) ? [start + 1] : []
    case .sequence(let parts):
      return parts.reduce([start]) { places, part in
        places.reduce(into: []) { $0.formUnion(part.ends(of: text, from: $1)) }
      }
    case .alternatives(let branches):
      return branches.reduce(into: []) { $0.formUnion($1.ends(of: text, from: start)) }
    case .repeated(let part, let counts):
      var places: Set<Int> = [start]
      var all: Set<Int> = counts.lowerBound == 0 ? [start] : []
      for count in 1...counts.upperBound {
        places = places.reduce(into: []) { $0.formUnion(part.ends(of: text, from: $1)) }
        if count >= counts.lowerBound { all.formUnion(places) }
      }
      return all
    }
  }
}

extension ScalarSet {
  static func of(_ members: String) -> ScalarSet {
    var set = ScalarSet()
    for scalar in members.unicodeScalars { set.insert(scalar...scalar) }
    return set
  }

  static func not(_ members: String) -> ScalarSet {
    var set = ScalarSet(isNegated: true)
    for scalar in members.unicodeScalars { set.insert(scalar...scalar) }
    return set
  }
}
