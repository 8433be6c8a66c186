import CMessages

extension GRPCHealthV1 {
  /// Whether a service can do its work.
  package struct HealthCheckRequest: Equatable, Sendable {
    /// The full name of a service; empty for the server as a whole.
    package var service: String

    package init(service: String = "") {
      self.service = service
    }
  }
}

extension GRPCHealthV1.HealthCheckRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__health__v1__health_check_request__unpack)
}

extension GRPCHealthV1.HealthCheckRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Health__V1__HealthCheckRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      service: unsafe reader.text(source.pointee.service, "\(path())service"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__health__v1__health_check_request__init(target)
    unsafe target.pointee.service = arena.text(service)
  }
}

extension GRPCHealthV1 {
  /// The health of one service.
  package struct HealthCheckResponse: Equatable, Sendable {
    /// The status of the service that was asked for.
    package var status: ServingStatus

    package init(status: ServingStatus = .unknown) {
      self.status = status
    }
  }
}

extension GRPCHealthV1.HealthCheckResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__health__v1__health_check_response__unpack)
}

extension GRPCHealthV1.HealthCheckResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Health__V1__HealthCheckResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      status: unsafe reader.enumeration(source.pointee.status))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Health__V1__HealthCheckResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__health__v1__health_check_response__init(target)
    unsafe target.pointee.status = arena.enumeration(status)
  }
}

extension GRPCHealthV1 {
  /// Asks for all services.
  package struct HealthListRequest: Equatable, Sendable {
    package init() {}
  }
}

extension GRPCHealthV1.HealthListRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__health__v1__health_list_request__unpack)
}

extension GRPCHealthV1.HealthListRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Health__V1__HealthListRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init()
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Health__V1__HealthListRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__health__v1__health_list_request__init(target)
  }
}

extension GRPCHealthV1 {
  /// The health of all services.
  package struct HealthListResponse: Equatable, Sendable {
    /// By the name of the service.
    package var statuses: [String: HealthCheckResponse]

    package init(statuses: [String: HealthCheckResponse] = [:]) {
      self.statuses = statuses
    }
  }
}

extension GRPCHealthV1.HealthListResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__health__v1__health_list_response__unpack)
}

extension GRPCHealthV1.HealthListResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Health__V1__HealthListResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      statuses: unsafe Self.statuses(source, &reader, path))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Health__V1__HealthListResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__health__v1__health_list_response__init(target)
    unsafe fillStatuses(target, &arena)
  }

  private static func statuses(
    _ source: UnsafePointer<Grpc__Health__V1__HealthListResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) -> [String: GRPCHealthV1.HealthCheckResponse] {
    var statuses: [String: GRPCHealthV1.HealthCheckResponse] = [:]
    for index in 0..<(unsafe source.pointee.n_statuses) {
      guard let entry = unsafe source.pointee.statuses[index] else { continue }
      let key = unsafe reader.text(entry.pointee.key, "\(path())statuses[\(index)].key")
      // An entry without a value is one with a value without fields.
      statuses[key] =
        unsafe reader.message(entry.pointee.value, "\(path())statuses[\(index)].value")
        ?? GRPCHealthV1.HealthCheckResponse()
    }
    return statuses
  }

  /// Sorted, so that the same value always has the same bytes.
  private func fillStatuses(
    _ target: UnsafeMutablePointer<Grpc__Health__V1__HealthListResponse>, _ arena: inout Arena
  ) {
    let entries = statuses.sorted { $0.key < $1.key }
    unsafe (target.pointee.n_statuses, target.pointee.statuses) = arena.entries(entries) {
      element, entry, arena in
      unsafe grpc__health__v1__health_list_response__statuses_entry__init(entry)
      unsafe entry.pointee.key = arena.text(element.key)
      unsafe entry.pointee.value = arena.message(element.value)
    }
  }
}
