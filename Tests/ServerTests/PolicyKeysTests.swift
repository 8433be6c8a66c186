import Testing

@testable import Server

@Suite("Every key of the schema is read")
struct PolicyKeysTests {
  /// The ways to all keys, an index of a list written as `[0]`.
  private static func ways(
    _ fields: DocumentFields, at way: [String] = []
  ) -> [[String]] {
    fields.fields.flatMap { field in
      [way + [field.name]] + ways(field.shape, at: way + [field.name])
    }
  }

  private static func ways(_ shape: DocumentShape, at way: [String]) -> [[String]] {
    switch shape {
    case .object(let fields): ways(fields, at: way)
    case .list(let item, _): ways(item, at: way + ["[0]"])
    case .map(let value, _, _):
      // `organizations` has names; the maps of values have values at once.
      ways(value, at: way + ["acme"])
    case .either(let shapes): shapes.flatMap { ways($0, at: way) }
    case .text, .flag, .yes, .integer, .number, .words: []
    }
  }

  /// A document with a value at `way` that no key takes, in YAML's flow style. What stands beside
  /// it is what its reader asks for first.
  private static func document(_ way: [String]) -> String {
    var value = "[[{}]]"
    for (depth, part) in way.enumerated().reversed() {
      if part == "[0]" {
        value = "[\(value)]"
      } else {
        let beside = Self.beside(Array(way[..<depth]), but: part)
        value = "{\((beside + ["\(part): \(value)"]).joined(separator: ", "))}"
      }
    }
    return value
  }

  private static func beside(_ way: [String], but part: String) -> [String] {
    var needed: [String] = []
    switch way.filter({ $0 != "[0]" }).last {
    case nil: needed = ["version: 1", "organizations: {x: {user_pools: [{id: us-east-1_A}]}}"]
    case "user_pools": needed = ["id: us-east-1_A"]
    case "attribute": needed = ["name: email", "in: [x]"]
    case "callers":
      needed = ["id: x", "organizations: [x]", "permissions: [\"*\"]"]
      if !PolicyCallerShape.credentials.contains(part) { needed.append("dns: a.example") }
    case "jwt":
      needed = ["issuer: a", "audience: b", "subject: c", "jwks_file: /nowhere"]
    case "rate": needed = ["per_second: 1"]
    default: break
    }
    return needed.filter { !$0.hasPrefix("\(part):") }
  }

  @Test("A value of no type is refused at each key")
  func wrongValuesAreRefused() throws {
    let ways = Self.ways(PolicyShape.document)
    #expect(ways.count > 100)
    for way in ways {
      let error = #expect(throws: PolicyDocumentError.self, "\(way)") {
        try PolicyDocument.load(yaml: Self.document(way), file: "p.yaml")
      }
      let key = way.reduce(into: "") { $0 += $1 == "[0]" || $0.isEmpty ? $1 : ".\($1)" }
      #expect(error?.key.hasPrefix(key) == true, "\(key): \(error?.description ?? "")")
    }
  }

  @Test("A key that the schema does not have is refused at each place")
  func strangeKeysAreRefused() throws {
    let places = Set(Self.ways(PolicyShape.document).map { Array($0.dropLast()) })
    for place in places {
      let way = place + ["strange_key"]
      let error = #expect(throws: PolicyDocumentError.self, "\(way)") {
        try PolicyDocument.load(yaml: Self.document(way), file: "p.yaml")
      }
      #expect(error?.key.hasSuffix("strange_key") == true, "\(error?.description ?? "")")
    }
  }
}
