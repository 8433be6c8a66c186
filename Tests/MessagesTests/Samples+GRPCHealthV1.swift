import Messages

extension GRPCHealthV1.HealthCheckRequest: SampleMessage {
  static let sample = Self(service: "service")

  static let sampleText = """
    service: "service"
    """
}

extension GRPCHealthV1.HealthCheckResponse: SampleMessage {
  static let sample = Self(status: .notServing)

  static let sampleText = """
    status: NOT_SERVING
    """
}

extension GRPCHealthV1.HealthListRequest: SampleMessage {
  static let sample = Self()

  static let sampleText = """

    """
}

extension GRPCHealthV1.HealthListResponse: SampleMessage {
  static let sample = Self(statuses: ["statuses.key": .sample])

  static let sampleText = """
    statuses { key: "statuses.key" value { \(GRPCHealthV1.HealthCheckResponse.sampleText) } }
    """
}
