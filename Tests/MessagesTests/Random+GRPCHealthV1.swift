import Messages

extension GRPCHealthV1.HealthCheckRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      service: random.text())
  }
}

extension GRPCHealthV1.HealthCheckResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      status: random.enumeration())
  }
}

extension GRPCHealthV1.HealthListRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self()
  }
}

extension GRPCHealthV1.HealthListResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      statuses: .init(random.array { ($0.text(), .random(&$0)) }) { $1 })
  }
}
