/// The first thing that a policy does to a request: it brings names and numbers into their normal
/// form, and makes the name where that is its job. Everything after it looks at the result.
struct RequestNormalization {
  private(set) var request: UserRequest
  private(set) var decisions: [PolicyDecision] = []
  private(set) var violations: [Violation] = []
  private let rules: OrganizationRules

  init(_ request: consuming UserRequest, rules: OrganizationRules) {
    self.request = request
    self.rules = rules
  }

  private var isResend: Bool { request.messageAction == .value(.resend) }

  mutating func run(_ context: inout TemplateContext) {
    if !rules.username.isAbsent { nameUser(&context) }
    if rules.attributes.contacts.rules.phoneRegion != nil { writePhoneNumbers() }
  }

  private mutating func nameUser(_ context: inout TemplateContext) {
    let username = rules.username
    switch username.generation {
    case .uuid where !isResend:
      request.username = context.generatedUsername()
      decisions.append(username.generated)
      // What the service made needs no pattern.
      return
    case .email where !isResend && request.username.isEmpty:
      guard let email = email(&context) else { break }
      request.username = email
      decisions.append(username.generated)
    case .none, .uuid, .email: break
    }
    if let normal = username.normalization?.normalized(request.username) {
      request.username = normal
      decisions.append(username.normalized)
    }
    if let pattern = username.rules.pattern, RequestValidation.isUsername(request.username),
      !pattern.matches(request.username)
    {
      violations.append(Violation(field: "username", description: username.patternAccepted))
    }
  }

  /// The address that the user will have.
  private func email(_ context: inout TemplateContext) -> String? {
    let values = rules.attributes.values
    func value(in entries: [EffectiveEntry]) -> String? {
      entries.first { $0.name.hasSameBytes(as: AttributeName.email) }
        .map { context.text(of: $0.template) }
    }
    return value(in: values.fixed) ?? request.userAttributes.value(of: AttributeName.email)
      ?? value(in: values.default)
  }

  /// What cannot become E.164 stays as it is, and is found wrong with everything else.
  private mutating func writePhoneNumbers() {
    let contacts = rules.attributes.contacts
    // A name that stands twice is found wrong elsewhere.
    guard let index = request.userAttributes.firstIndex(named: AttributeName.phoneNumber),
      !ContactShape.isPhoneNumber(request.userAttributes[index].value),
      let number = contacts.rules.phoneRegion?.e164(request.userAttributes[index].value)
    else { return }
    request.userAttributes[index].value = number
    decisions.append(contacts.phoneNormalized)
  }
}

extension OrganizationRules {
  /// Whether requests pass through a ``RequestNormalization``.
  var normalizesRequests: Bool {
    !username.isAbsent || attributes.contacts.rules.phoneRegion != nil
  }
}
