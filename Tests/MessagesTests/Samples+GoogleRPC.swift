import Messages

extension GoogleRPC.ErrorInfo: SampleMessage {
  static let sample = Self(
    reason: "reason", domain: "domain", metadata: ["metadata.key": "metadata.value"])

  static let sampleText = """
    reason: "reason" domain: "domain" metadata { key: "metadata.key" value: "metadata.value" }
    """
}

extension GoogleRPC.RetryInfo: SampleMessage {
  static let sample = Self(
    retryDelay: .init(seconds: 1, nanos: 2))

  static let sampleText = """
    retry_delay { seconds: 1 nanos: 2 }
    """
}

extension GoogleRPC.QuotaFailure: SampleMessage {
  static let sample = Self(
    violations: [.sample])

  static let sampleText = """
    violations { \(Violation.sampleText) }
    """
}

extension GoogleRPC.QuotaFailure.Violation {
  static let sample = Self(
    subject: "subject", description: "description", apiService: "api_service",
    quotaMetric: "quota_metric", quotaID: "quota_id",
    quotaDimensions: ["quota_dimensions.key": "quota_dimensions.value"], quotaValue: 7,
    futureQuotaValue: 8)

  static let sampleText = """
    subject: "subject" description: "description" api_service: "api_service"
    quota_metric: "quota_metric" quota_id: "quota_id"
    quota_dimensions { key: "quota_dimensions.key" value: "quota_dimensions.value" }
    quota_value: 7 future_quota_value: 8
    """
}

extension GoogleRPC.PreconditionFailure: SampleMessage {
  static let sample = Self(
    violations: [.sample])

  static let sampleText = """
    violations { \(Violation.sampleText) }
    """
}

extension GoogleRPC.PreconditionFailure.Violation {
  static let sample = Self(
    type: "type", subject: "subject", description: "description")

  static let sampleText = """
    type: "type" subject: "subject" description: "description"
    """
}

extension GoogleRPC.BadRequest: SampleMessage {
  static let sample = Self(
    fieldViolations: [.sample])

  static let sampleText = """
    field_violations { \(FieldViolation.sampleText) }
    """
}

extension GoogleRPC.BadRequest.FieldViolation {
  static let sample = Self(
    field: "field", description: "description", reason: "reason", localizedMessage: .sample)

  static let sampleText = """
    field: "field" description: "description" reason: "reason"
    localized_message { \(GoogleRPC.LocalizedMessage.sampleText) }
    """
}

extension GoogleRPC.ResourceInfo: SampleMessage {
  static let sample = Self(
    resourceType: "resource_type", resourceName: "resource_name", owner: "owner",
    description: "description")

  static let sampleText = """
    resource_type: "resource_type" resource_name: "resource_name" owner: "owner"
    description: "description"
    """
}

extension GoogleRPC.Help: SampleMessage {
  static let sample = Self(
    links: [.sample])

  static let sampleText = """
    links { \(Link.sampleText) }
    """
}

extension GoogleRPC.Help.Link {
  static let sample = Self(
    description: "description", url: "url")

  static let sampleText = """
    description: "description" url: "url"
    """
}

extension GoogleRPC.LocalizedMessage: SampleMessage {
  static let sample = Self(
    locale: "locale", message: "message")

  static let sampleText = """
    locale: "locale" message: "message"
    """
}

extension GoogleRPC.Status: SampleMessage {
  static let sample = Self(
    code: 1, message: "message", details: [.init(typeURL: "type_url", value: Array("value".utf8))])

  static let sampleText = """
    code: 1 message: "message" details { type_url: "type_url" value: "value" }
    """
}
