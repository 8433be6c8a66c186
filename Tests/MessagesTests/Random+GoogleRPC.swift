import Messages

extension GoogleRPC.ErrorInfo: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      reason: random.text(), domain: random.text(), metadata: random.map())
  }
}

extension GoogleRPC.RetryInfo: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      retryDelay: random.optional { .random(&$0) })
  }
}

extension GoogleRPC.QuotaFailure: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      violations: random.array { .random(&$0) })
  }
}

extension GoogleRPC.QuotaFailure.Violation: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      subject: random.text(), description: random.text(), apiService: random.text(),
      quotaMetric: random.text(), quotaID: random.text(), quotaDimensions: random.map(),
      quotaValue: random.integer(), futureQuotaValue: random.optional { $0.integer() })
  }
}

extension GoogleRPC.PreconditionFailure: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      violations: random.array { .random(&$0) })
  }
}

extension GoogleRPC.PreconditionFailure.Violation: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      type: random.text(), subject: random.text(), description: random.text())
  }
}

extension GoogleRPC.BadRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      fieldViolations: random.array { .random(&$0) })
  }
}

extension GoogleRPC.BadRequest.FieldViolation: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      field: random.text(), description: random.text(), reason: random.text(),
      localizedMessage: random.optional { .random(&$0) })
  }
}

extension GoogleRPC.ResourceInfo: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      resourceType: random.text(), resourceName: random.text(), owner: random.text(),
      description: random.text())
  }
}

extension GoogleRPC.Help: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      links: random.array { .random(&$0) })
  }
}

extension GoogleRPC.Help.Link: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      description: random.text(), url: random.text())
  }
}

extension GoogleRPC.LocalizedMessage: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      locale: random.text(), message: random.text())
  }
}

extension GoogleRPC.Status: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      code: random.integer(), message: random.text(), details: random.array { .random(&$0) })
  }
}
