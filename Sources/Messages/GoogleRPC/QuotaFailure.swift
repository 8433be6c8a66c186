import CMessages

extension GoogleRPC {
  /// Which quota a call ran into.
  package struct QuotaFailure: Equatable, Sendable {
    /// All quotas that were violated.
    package var violations: [QuotaFailure.Violation]

    package init(violations: [QuotaFailure.Violation] = []) {
      self.violations = violations
    }
  }
}

extension GoogleRPC.QuotaFailure: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: google__rpc__quota_failure__unpack)
}

extension GoogleRPC.QuotaFailure: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__QuotaFailure>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      violations: unsafe reader.messages(
        source.pointee.n_violations, source.pointee.violations, "\(path())violations"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__QuotaFailure>, _ arena: inout Arena
  ) {
    unsafe google__rpc__quota_failure__init(target)
    unsafe (target.pointee.n_violations, target.pointee.violations) = arena.messages(violations)
  }
}

extension GoogleRPC.QuotaFailure {
  /// One quota.
  package struct Violation: Equatable, Sendable {
    /// What the quota is on, e.g. "caller:<id>".
    package var subject: String
    /// Which quota it is, and how to have more of it.
    package var description: String
    /// The API service that the quota is of.
    package var apiService: String
    /// Name of the metric that is counted.
    package var quotaMetric: String
    /// Name of the limit.
    package var quotaID: String
    /// What the quota was looked up by.
    package var quotaDimensions: StringMap
    /// The limit that was in force.
    package var quotaValue: Int64
    /// The limit that is being rolled out, where one is.
    package var futureQuotaValue: Int64?

    package init(
      subject: String = "", description: String = "", apiService: String = "",
      quotaMetric: String = "", quotaID: String = "", quotaDimensions: StringMap = [:],
      quotaValue: Int64 = 0, futureQuotaValue: Int64? = nil
    ) {
      self.subject = subject
      self.description = description
      self.apiService = apiService
      self.quotaMetric = quotaMetric
      self.quotaID = quotaID
      self.quotaDimensions = quotaDimensions
      self.quotaValue = quotaValue
      self.futureQuotaValue = futureQuotaValue
    }
  }
}

extension GoogleRPC.QuotaFailure.Violation: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Google__Rpc__QuotaFailure__Violation>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      subject: unsafe reader.text(source.pointee.subject, "\(path())subject"),
      description: unsafe reader.text(source.pointee.description, "\(path())description"),
      apiService: unsafe reader.text(source.pointee.api_service, "\(path())api_service"),
      quotaMetric: unsafe reader.text(source.pointee.quota_metric, "\(path())quota_metric"),
      quotaID: unsafe reader.text(source.pointee.quota_id, "\(path())quota_id"),
      quotaDimensions: unsafe reader.map(
        source.pointee.n_quota_dimensions, source.pointee.quota_dimensions,
        "\(path())quota_dimensions"
      ) { unsafe ($0.key, $0.value) },
      quotaValue: unsafe source.pointee.quota_value,
      futureQuotaValue: unsafe source.pointee.future_quota_case
        == GOOGLE__RPC__QUOTA_FAILURE__VIOLATION__FUTURE_QUOTA_FUTURE_QUOTA_VALUE
        ? source.pointee.future_quota_value : nil)
  }

  func fill(
    _ target: UnsafeMutablePointer<Google__Rpc__QuotaFailure__Violation>, _ arena: inout Arena
  ) {
    unsafe google__rpc__quota_failure__violation__init(target)
    unsafe target.pointee.subject = arena.text(subject)
    unsafe target.pointee.description = arena.text(description)
    unsafe target.pointee.api_service = arena.text(apiService)
    unsafe target.pointee.quota_metric = arena.text(quotaMetric)
    unsafe target.pointee.quota_id = arena.text(quotaID)
    unsafe (target.pointee.n_quota_dimensions, target.pointee.quota_dimensions) = arena.map(
      quotaDimensions
    ) { key, value, entry in
      unsafe google__rpc__quota_failure__violation__quota_dimensions_entry__init(entry)
      unsafe entry.pointee.key = key
      unsafe entry.pointee.value = value
    }
    unsafe target.pointee.quota_value = quotaValue
    if let futureQuotaValue {
      unsafe target.pointee.future_quota_case =
        GOOGLE__RPC__QUOTA_FAILURE__VIOLATION__FUTURE_QUOTA_FUTURE_QUOTA_VALUE
      unsafe target.pointee.future_quota_value = futureQuotaValue
    }
  }
}
