/// What the API itself says of a request, checked before anything goes over the network: botocore
/// and its relatives send nearly everything and leave the finding to the service. Violations name
/// fields and what is accepted, never a value.
enum RequestValidation {
  /// Whether the request is beyond our own bounds. Then only ``violations(of:)`` says so, and
  /// nothing else looks at it: no size of a request makes the work for it unbounded.
  static func isOversize(_ request: UserRequest) -> Bool {
    request.userAttributes.count > RequestLimits.attributes
      || request.validationData.count > RequestLimits.validationData
      || request.clientMetadata.count > RequestLimits.metadataEntries
      || request.desiredDeliveryMediums.count > RequestLimits.mediums
      || textBytes(of: request) > RequestLimits.totalBytes
  }

  /// Everything that is wrong, in the order of the request's fields.
  static func violations(of request: UserRequest) -> [Violation] {
    guard textBytes(of: request) <= RequestLimits.totalBytes else {
      let limit = RequestLimits.totalBytes
      return [Violation(field: "", description: "at most \(limit) bytes of text in a request")]
    }
    return violationsOfFields(of: request)
  }

  /// The same for a request whose text is known to be within bounds.
  static func violationsOfFields(of request: UserRequest) -> [Violation] {
    var violations: [Violation] = []
    checkUsername(request.username, &violations)
    checkAttributes(request.userAttributes, &violations)
    checkValidationData(request.validationData, &violations)
    checkPassword(request.temporaryPassword, &violations)
    checkEnums(of: request, &violations)
    checkMetadata(request.clientMetadata, &violations)
    if !request.requestID.isEmpty, Identifier(request.requestID) == nil {
      violations.append(
        Violation(field: "request_id", description: "a UUID in its form of 36 characters"))
    }
    return violations
  }

  static func textBytes(of request: UserRequest) -> Int {
    let bytes =
      request.organization.utf8.count + request.username.utf8.count
      + request.temporaryPassword.byteCount + request.requestID.utf8.count
      + request.userPoolID.utf8.count
    return bytes + textBytes(of: request.userAttributes) + textBytes(of: request.validationData)
      + textBytes(of: request.clientMetadata)
  }

  private static func textBytes(of entries: [some NamedValue]) -> Int {
    let entries = entries.span
    var bytes = 0
    for index in entries.indices {
      bytes += entries[index].entryName.utf8.count + entries[index].value.utf8.count
    }
    return bytes
  }

  static func isUsername(_ username: String) -> Bool {
    isText(username, of: .visible, APILimits.username)
  }

  private static func checkUsername(_ username: String, _ violations: inout [Violation]) {
    guard !isUsername(username) else { return }
    violations.append(
      Violation(field: "username", description: "1 to 128 visible characters, no white space"))
  }

  private static func checkPassword(_ password: Sensitive, _ violations: inout [Violation]) {
    guard !password.isEmpty, !isPassword(password) else { return }
    violations.append(
      Violation(
        field: "temporary_password", description: "at most 256 characters, no white space"))
  }

  private static func isPassword(_ password: Sensitive) -> Bool {
    guard password.byteCount <= 4 * APILimits.password.upperBound else { return false }
    return password.withBytes { TextClass.noWhiteSpace.length(ofUTF8: $0) }
      .map(APILimits.password.contains) ?? false
  }

  private static func checkAttributes(
    _ attributes: [UserAttribute], _ violations: inout [Violation]
  ) {
    let limit = RequestLimits.attributes
    guard isBounded(attributes.count, by: limit, field: "user_attributes", &violations) else {
      return
    }
    let names = DuplicateNames(attributes)
    // The span lends its elements: no reference is counted.
    let attributes = attributes.span
    for index in attributes.indices {
      func report(_ part: String, _ description: String) {
        violations.append(
          Violation(field: "user_attributes[\(index)].\(part)", description: description))
      }
      if !AttributeName.isValid(attributes[index].name) { report("name", AttributeName.accepted) }
      if names.isRepeated(at: index) { report("name", eachOnce) }
      if attributes[index].value.isLonger(than: APILimits.attributeValue.upperBound) {
        report("value", valueAccepted)
      }
      if attributes[index].name.hasSameBytes(asASCII: AttributeName.email),
        !ContactShape.isEmail(attributes[index].value)
      {
        report("value", ContactShape.emailAccepted)
      }
      if attributes[index].name.hasSameBytes(asASCII: AttributeName.phoneNumber),
        !ContactShape.isPhoneNumber(attributes[index].value)
      {
        report("value", ContactShape.phoneAccepted)
      }
    }
  }

  private static func checkValidationData(
    _ data: [UserAttribute], _ violations: inout [Violation]
  ) {
    let limit = RequestLimits.validationData
    guard isBounded(data.count, by: limit, field: "validation_data", &violations) else { return }
    let names = DuplicateNames(data)
    for (index, datum) in data.enumerated() {
      func report(_ part: String, _ description: String) {
        violations.append(
          Violation(field: "validation_data[\(index)].\(part)", description: description))
      }
      if !AttributeName.isWellFormed(datum.name) { report("name", AttributeName.shapeAccepted) }
      if names.isRepeated(at: index) { report("name", eachOnce) }
      if datum.value.isLonger(than: APILimits.attributeValue.upperBound) {
        report("value", valueAccepted)
      }
    }
  }

  private static let eachOnce = "each name at most once"
  private static let valueAccepted = "at most 2048 characters"

  private static func isBounded(
    _ count: Int, by limit: Int, field: String, _ violations: inout [Violation]
  ) -> Bool {
    guard count > limit else { return true }
    violations.append(Violation(field: field, description: "at most \(limit) entries"))
    return false
  }

  private static func isText(
    _ text: String, of textClass: TextClass, _ lengths: ClosedRange<Int>
  ) -> Bool {
    // Past four bytes a code point the text is too long, whatever it says.
    guard text.utf8.count <= 4 * lengths.upperBound else { return false }
    return textClass.length(of: text).map(lengths.contains) ?? false
  }

  private static func checkEnums(of request: UserRequest, _ violations: inout [Violation]) {
    if case .unrecognized = request.messageAction {
      violations.append(
        Violation(field: "message_action", description: "SEND, SUPPRESS or RESEND"))
    }
    let mediums = request.desiredDeliveryMediums
    let limit = RequestLimits.mediums
    guard isBounded(mediums.count, by: limit, field: "desired_delivery_mediums", &violations)
    else { return }
    for (index, medium) in mediums.enumerated() {
      let field = { "desired_delivery_mediums[\(index)]" }
      switch medium {
      case .unspecified, .unrecognized:
        violations.append(Violation(field: field(), description: "SMS or EMAIL"))
      case .value:
        if mediums[..<index].contains(medium) {
          violations.append(Violation(field: field(), description: "each medium at most once"))
        }
      }
    }
  }

  private static func checkMetadata(
    _ entries: [MetadataEntry], _ violations: inout [Violation]
  ) {
    let count = RequestLimits.metadataEntries
    guard isBounded(entries.count, by: count, field: "client_metadata", &violations) else {
      return
    }
    let limit = APILimits.metadataText.upperBound
    let entries = entries.span
    for index in entries.indices {
      if entries[index].key.isLonger(than: limit) {
        violations.append(
          Violation(
            field: "client_metadata[\(index)].key", description: "at most \(limit) characters"))
      }
      if entries[index].value.isLonger(than: limit) {
        violations.append(
          Violation(
            field: "client_metadata[\(index)].value", description: "at most \(limit) characters"))
      }
    }
  }
}

/// Finds names that stand twice in a list. Short lists are compared by pairs, which needs no
/// memory; names too long to be valid are left out, so that comparing them costs nothing.
private struct DuplicateNames {
  /// Up to here comparing pairs is cheaper than hashing.
  private static let pairwiseLimit = 12

  private let pairs: [UserAttribute]
  private var repeated: Set<Int> = []

  init(_ pairs: [UserAttribute]) {
    self.pairs = pairs
    guard pairs.count > Self.pairwiseLimit else { return }
    var seen: Set<NameKey> = []
    for (index, pair) in pairs.enumerated() where Self.isComparable(pair.name) {
      if !seen.insert(NameKey(pair.name)).inserted { repeated.insert(index) }
    }
  }

  func isRepeated(at index: Int) -> Bool {
    guard pairs.count <= Self.pairwiseLimit else { return repeated.contains(index) }
    let pairs = pairs.span
    guard Self.isComparable(pairs[index].name) else { return false }
    for earlier in 0..<index where pairs[earlier].name.hasSameBytes(as: pairs[index].name) {
      return true
    }
    return false
  }

  private static func isComparable(_ name: String) -> Bool {
    name.utf8.count <= RequestLimits.attributeNameBytes
  }
}
