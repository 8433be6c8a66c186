/// What may stand at one place of the document. The reader takes its keys and words from here, and
/// the JSON Schema is made of it: neither can know a key that the other does not.
indirect enum DocumentShape: Sendable {
  /// - Parameter pattern: a regular expression of JSON Schema for the whole text.
  case text(pattern: String? = nil)
  case flag
  /// `true` and nothing else.
  case yes
  case integer(ClosedRange<Int>)
  case number(minimum: Double)
  case words([String])
  case list(DocumentShape, minimum: Int = 0)
  /// Names that are free, or of a shape of their own.
  case map(DocumentShape, names: DocumentShape = .text(), minimum: Int = 0)
  case object(DocumentFields)
  case either([DocumentShape])
}

/// The keys of one map of the document.
struct DocumentFields: Sendable {
  struct Field: Sendable {
    var name: String
    var shape: DocumentShape
    /// One sentence for whoever writes a document.
    var meaning: String
    var isRequired = false

    init(_ name: String, _ shape: DocumentShape, _ meaning: String, isRequired: Bool = false) {
      self.name = name
      self.shape = shape
      self.meaning = meaning
      self.isRequired = isRequired
    }
  }

  let fields: [Field]
  /// Exactly one of these keys stands in the map.
  let oneOf: [String]
  /// Keys whose meaning is not built yet, and what to know of them: refused, never ignored.
  let later: [String: String]

  init(_ fields: [Field], oneOf: [String] = [], later: [String: String] = [:]) {
    self.fields = fields
    self.oneOf = oneOf
    self.later = later
  }

  var names: [String] { fields.map(\.name) }
  var keys: DocumentKeys { DocumentKeys(names, later: later) }
}
