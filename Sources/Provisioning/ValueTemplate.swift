/// A value of a `default` or `fixed` map: text with `${…}` variables, taken apart at load.
package struct ValueTemplate: Equatable, Sendable {
  package enum Variable: String, CaseIterable, Sendable {
    case callerID = "caller.id"
    case onBehalfOf = "caller.on_behalf_of"
    case organization
    case creationID = "creation.id"
    case requestID = "request.id"
    /// Today's date in UTC: `2026-11-21`.
    case date

    /// Longest text of the variable, in code points.
    var maximumLength: Int {
      switch self {
      case .callerID, .onBehalfOf, .organization: PolicyLimits.nameLength
      case .creationID, .requestID: 36
      case .date: 10
      }
    }
  }

  enum Segment: Equatable, Sendable {
    case text(String)
    case variable(Variable)
  }

  /// Why text is no template.
  package enum Flaw: Error, Equatable, Sendable {
    case unknownVariable(String)
    /// `${` without its `}`.
    case unclosed
  }

  let segments: [Segment]

  package init(_ text: String) throws(Flaw) {
    var segments: [Segment] = []
    var plain = ""
    var rest = Substring(text)
    while let character = rest.first {
      guard rest.hasPrefix("${") else {
        plain.append(character)
        rest.removeFirst()
        continue
      }
      guard let end = rest.firstIndex(of: "}") else { throw .unclosed }
      let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
      guard let variable = Variable(rawValue: name) else { throw .unknownVariable(name) }
      if !plain.isEmpty { segments.append(.text(plain)) }
      plain = ""
      segments.append(.variable(variable))
      rest = rest[rest.index(after: end)...]
    }
    if !plain.isEmpty || segments.isEmpty { segments.append(.text(plain)) }
    self.segments = segments
  }

  /// The whole text, when no variable is in it.
  var constant: String? {
    guard segments.count == 1, case .text(let text) = segments[0] else { return nil }
    return text
  }

  /// As the document has it.
  package var text: String {
    segments.reduce(into: "") { text, segment in
      switch segment {
      case .text(let plain): text += plain
      case .variable(let variable): text += "${\(variable.rawValue)}"
      }
    }
  }

  /// Bytes that this has at least.
  var minimumBytes: Int {
    segments.reduce(0) { sum, segment in
      if case .text(let text) = segment { sum + text.utf8.count } else { sum }
    }
  }

  /// Longest text that this can become, in code points.
  var maximumLength: Int {
    segments.reduce(0) { sum, segment in
      switch segment {
      case .text(let text): sum + text.unicodeScalars.count
      case .variable(let variable): sum + variable.maximumLength
      }
    }
  }
}

/// The values of the variables in one evaluation.
struct TemplateContext {
  let callerID: String
  let organization: String
  let inputs: PolicyInputs
  /// Written out at most once.
  private lazy var creationID = inputs.creationID.description

  init(callerID: String, organization: String, inputs: PolicyInputs) {
    self.callerID = callerID
    self.organization = organization
    self.inputs = inputs
  }

  /// The user's name where the policy makes it.
  func generatedUsername() -> String {
    guard let random = inputs.random else { return Identifier.nil.description }
    return Identifier.version4(random: (random.next(), random.next())).description
  }

  mutating func text(of template: ValueTemplate) -> String {
    if template.segments.count == 1 { return text(of: template.segments[0]) }
    var result = ""
    for segment in template.segments { result += text(of: segment) }
    return result
  }

  private mutating func text(of segment: ValueTemplate.Segment) -> String {
    switch segment {
    case .text(let text): text
    case .variable(.callerID): callerID
    case .variable(.onBehalfOf): inputs.onBehalfOf ?? ""
    case .variable(.organization): organization
    case .variable(.creationID): creationID
    case .variable(.date): inputs.now.date
    case .variable(.requestID):
      inputs.requestID.isEmpty ? Identifier.nil.description : inputs.requestID
    }
  }
}
