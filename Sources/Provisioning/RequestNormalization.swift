/// The first thing that a policy does to a request: it brings names and numbers into their normal
/// form, and makes the name where that is its job. Everything after it looks at the result.
struct RequestNormalization {
  private(set) var decisions: [PolicyDecision] = []
  private(set) var violations: [Violation] = []
  private let rules: OrganizationRules

  init(rules: OrganizationRules) {
    self.rules = rules
  }

  mutating func run(on request: inout UserRequest, _ context: inout TemplateContext) {
    if !rules.username.isAbsent { name(&request, &context) }
    if rules.attributes.contacts.writesPhoneNumbers { writePhoneNumber(of: &request) }
  }

  private mutating func name(_ request: inout UserRequest, _ context: inout TemplateContext) {
    let username = rules.username
    let isResend = request.messageAction == .value(.resend)
    switch username.generation {
    case .uuid where !isResend:
      request.username = context.generatedUsername()
      decisions.append(username.generated)
      // What the service made needs no pattern.
      return
    case .email where !isResend && request.username.isEmpty:
      guard let email = email(of: request, &context) else { break }
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
  private func email(of request: UserRequest, _ context: inout TemplateContext) -> String? {
    let values = rules.attributes.values
    func value(in entries: [EffectiveEntry]) -> String? {
      entries.first { $0.name.hasSameBytes(as: AttributeName.email) }
        .map { context.text(of: $0.template) }
    }
    return value(in: values.fixed) ?? request.userAttributes.value(of: AttributeName.email)
      ?? value(in: values.default)
  }

  /// What cannot become E.164 stays as it is, and is found wrong with everything else.
  private mutating func writePhoneNumber(of request: inout UserRequest) {
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
    !username.isAbsent || attributes.contacts.writesPhoneNumbers
  }
}
