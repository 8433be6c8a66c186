import CMessages

extension ProvisioningV1 {
  /// One creation of a batch.
  package struct BatchCreateUsersRequest: Equatable, Sendable {
    /// Chosen by the caller, returned with the answer.
    package var index: UInt64
    /// The creation, as for CreateUser.
    package var request: CreateUserRequest?

    package init(index: UInt64 = 0, request: CreateUserRequest? = nil) {
      self.index = index
      self.request = request
    }
  }
}

extension ProvisioningV1.BatchCreateUsersRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__batch_create_users_request__unpack)
}

extension ProvisioningV1.BatchCreateUsersRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__BatchCreateUsersRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      index: unsafe source.pointee.index,
      request: unsafe reader.message(source.pointee.request, "\(path())request"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__BatchCreateUsersRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__batch_create_users_request__init(target)
    unsafe target.pointee.index = index
    unsafe target.pointee.request = arena.message(request)
  }
}

extension ProvisioningV1 {
  /// The end of one creation of a batch.
  package struct BatchCreateUsersResponse: Equatable, Sendable {
    /// What the creation ended in.
    package enum Result: Equatable, Sendable {
      /// The user was created.
      case response(CreateUserResponse)
      /// It was not, or may not have been: the status that CreateUser would have ended with.
      case status(GoogleRPC.Status)
    }

    /// The index of the request.
    package var index: UInt64
    /// What the creation ended in.
    package var result: Result?

    package init(index: UInt64 = 0, result: Result? = nil) {
      self.index = index
      self.result = result
    }
  }
}

extension ProvisioningV1.BatchCreateUsersResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__batch_create_users_response__unpack)
}

extension ProvisioningV1.BatchCreateUsersResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__BatchCreateUsersResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      index: unsafe source.pointee.index,
      result: unsafe Self.result(source, &reader, path))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__BatchCreateUsersResponse>,
    _ arena: inout Arena
  ) {
    unsafe provisioning__v1__batch_create_users_response__init(target)
    unsafe target.pointee.index = index
    switch result {
    case .response(let response):
      unsafe target.pointee.result_case =
        PROVISIONING__V1__BATCH_CREATE_USERS_RESPONSE__RESULT_RESPONSE
      unsafe target.pointee.response = arena.message(response)
    case .status(let status):
      unsafe target.pointee.result_case =
        PROVISIONING__V1__BATCH_CREATE_USERS_RESPONSE__RESULT_STATUS
      unsafe target.pointee.status = arena.message(status)
    case nil: break
    }
  }

  private static func result(
    _ source: UnsafePointer<Provisioning__V1__BatchCreateUsersResponse>,
    _ reader: inout MessageReader, _ path: () -> String
  ) -> Result? {
    switch unsafe source.pointee.result_case {
    case PROVISIONING__V1__BATCH_CREATE_USERS_RESPONSE__RESULT_RESPONSE:
      unsafe reader.message(source.pointee.response, "\(path())response").map { .response($0) }
    case PROVISIONING__V1__BATCH_CREATE_USERS_RESPONSE__RESULT_STATUS:
      unsafe reader.message(source.pointee.status, "\(path())status").map { .status($0) }
    default: nil
    }
  }
}
