/// The three verbs of one field, as one level of the document writes them; `nil`: key absent.
package struct FieldRule<Choice: Equatable & Sendable, Element: Equatable & Sendable>:
  Equatable, Sendable
{
  /// Fills what the request leaves unset.
  package var `default`: Choice?
  /// Bounds what a request may ask for.
  package var allow: [Element]?
  /// Wins over the request; `default` and `allow` are then not used.
  package var fixed: Choice?

  package init(default: Choice? = nil, allow: [Element]? = nil, fixed: Choice? = nil) {
    self.default = `default`
    self.allow = allow
    self.fixed = fixed
  }
}

/// How a policy chooses delivery mediums.
package enum MediumChoice: Equatable, Sendable {
  /// Each allowed medium whose attribute is present in the request. A resend, for a user whose
  /// attributes the directory has, must name its medium where none is.
  case auto
  case mediums([DeliveryMedium])
}

/// Where temporary passwords come from.
package enum PasswordSource: String, CaseIterable, Sendable {
  /// Generated and delivered by the directory.
  case cognito
  /// Generated here, and delivered by the directory.
  case service
  /// Required in the request.
  case caller
}

/// One entry of a `default` or `fixed` map.
package struct TemplateEntry: Equatable, Sendable {
  package var name: String
  package var value: ValueTemplate

  package init(name: String, value: ValueTemplate) {
    self.name = name
    self.value = value
  }
}

/// The verbs of a field that is a map by name. Entries stand in the order of the document.
package struct MapRule: Equatable, Sendable {
  package var `default`: [TemplateEntry]
  package var fixed: [TemplateEntry]

  package init(default: [TemplateEntry] = [], fixed: [TemplateEntry] = []) {
    self.default = `default`
    self.fixed = fixed
  }
}

/// What a level says of user attributes.
package struct AttributeRules: Equatable, Sendable {
  package var values: MapRule
  package var required: [String]?
  /// Absent: whatever the API accepts.
  package var allow: [String]?
  package var forbidden: [String]

  package init(
    values: MapRule = MapRule(), required: [String]? = nil, allow: [String]? = nil,
    forbidden: [String] = []
  ) {
    self.values = values
    self.required = required
    self.allow = allow
    self.forbidden = forbidden
  }
}

/// The rules that one level of the document, the company or one organization, writes down.
package struct PolicyRules: Equatable, Sendable {
  package var userPools: [UserPool]?
  package var desiredDeliveryMediums = FieldRule<MediumChoice, DeliveryMedium>()
  package var messageAction = FieldRule<MessageAction, MessageAction>()
  package var suppressWhen: [SuppressionRule]?
  package var forceAliasCreation = FieldRule<Bool, Bool>()
  package var passwordSource: PasswordSource?
  package var allowCallerPassword: Bool?
  package var username = UsernameRules()
  package var attributes = AttributeRules()
  package var contacts = ContactRules()
  package var clientMetadata = MapRule()
  /// UTF-8 bytes of keys and values together.
  package var clientMetadataMaximumBytes: Int?
  package var validationData = MapRule()
  package var requestIDRequired: Bool?
  /// Ways of the keys that this level locks, e.g. `["message_action", "default"]`.
  package var locked: [[String]] = []
  /// Ways of all keys that this level writes down, one and two steps deep.
  package var keys: [[String]] = []

  package init() {}
}

/// One organization as the document writes it.
package struct OrganizationEntry: Equatable, Sendable {
  package var name: String
  package var rules: PolicyRules

  package init(name: String, rules: PolicyRules) {
    self.name = name
    self.rules = rules
  }
}

/// A rule that cannot hold: out of the API's bounds, or in contradiction to another one.
package struct PolicyRuleError: Error, Equatable, Sendable {
  /// The way to the key; an index of a list is written `[0]`.
  package var path: [String]
  package var problem: String
  package var accepted: String

  package init(path: [String], problem: String, accepted: String) {
    self.path = path
    self.problem = problem
    self.accepted = accepted
  }

  /// Joins a way of keys and indexes, e.g. `organizations.acme.user_pools[0].id`.
  package static func text(of path: [String]) -> String {
    path.reduce(into: "") { text, part in
      text += text.isEmpty || part.hasPrefix("[") ? part : ".\(part)"
    }
  }
}
