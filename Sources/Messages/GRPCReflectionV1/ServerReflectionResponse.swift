import CMessages

extension GRPCReflectionV1 {
  /// One answer.
  package struct ServerReflectionResponse: Equatable, Sendable {
    /// The answer.
    package enum Answer: Equatable, Sendable {
      /// The file that was asked for, and all that it imports.
      case fileDescriptorResponse(FileDescriptorResponse)
      /// The numbers of a message's extensions.
      case allExtensionNumbersResponse(ExtensionNumberResponse)
      /// The services.
      case listServicesResponse(ListServiceResponse)
      /// Why there is no answer.
      case errorResponse(ErrorResponse)
    }

    /// The host of the request.
    package var validHost: String
    /// The request that this answers.
    package var originalRequest: ServerReflectionRequest?
    /// The answer.
    package var answer: Answer?

    package init(
      validHost: String = "", originalRequest: ServerReflectionRequest? = nil, answer: Answer? = nil
    ) {
      self.validHost = validHost
      self.originalRequest = originalRequest
      self.answer = answer
    }
  }
}

extension GRPCReflectionV1.ServerReflectionResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__server_reflection_response__unpack)
}

extension GRPCReflectionV1.ServerReflectionResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ServerReflectionResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      validHost: unsafe reader.text(source.pointee.valid_host, "\(path())valid_host"),
      originalRequest: unsafe reader.message(
        source.pointee.original_request, "\(path())original_request"),
      answer: unsafe Self.answer(source, &reader, path))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionResponse>,
    _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__server_reflection_response__init(target)
    unsafe target.pointee.valid_host = arena.text(validHost)
    unsafe target.pointee.original_request = arena.message(originalRequest)
    unsafe fillAnswer(target, &arena)
  }

  private static func answer(
    _ source: UnsafePointer<Grpc__Reflection__V1__ServerReflectionResponse>,
    _ reader: inout MessageReader, _ path: () -> String
  ) -> Answer? {
    switch unsafe source.pointee.message_response_case {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE:
      unsafe reader.message(
        source.pointee.file_descriptor_response, "\(path())file_descriptor_response"
      ).map { .fileDescriptorResponse($0) }
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE:
      unsafe reader.message(
        source.pointee.all_extension_numbers_response, "\(path())all_extension_numbers_response"
      ).map { .allExtensionNumbersResponse($0) }
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE:
      unsafe reader.message(
        source.pointee.list_services_response, "\(path())list_services_response"
      ).map { .listServicesResponse($0) }
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE:
      unsafe reader.message(source.pointee.error_response, "\(path())error_response").map {
        .errorResponse($0)
      }
    default: nil
    }
  }

  private func fillAnswer(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionResponse>,
    _ arena: inout Arena
  ) {
    switch answer {
    case .fileDescriptorResponse(let value):
      unsafe target.pointee.message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE
      unsafe target.pointee.file_descriptor_response = arena.message(value)
    case .allExtensionNumbersResponse(let value):
      unsafe target.pointee.message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ALL_EXTENSION_NUMBERS_RESPONSE
      unsafe target.pointee.all_extension_numbers_response = arena.message(value)
    case .listServicesResponse(let value):
      unsafe target.pointee.message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE
      unsafe target.pointee.list_services_response = arena.message(value)
    case .errorResponse(let value):
      unsafe target.pointee.message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE
      unsafe target.pointee.error_response = arena.message(value)
    case nil: break
    }
  }
}

extension GRPCReflectionV1 {
  /// Files.
  package struct FileDescriptorResponse: Equatable, Sendable {
    /// Each a serialized google.protobuf.FileDescriptorProto.
    package var fileDescriptorProto: [[UInt8]]

    package init(fileDescriptorProto: [[UInt8]] = []) {
      self.fileDescriptorProto = fileDescriptorProto
    }
  }
}

extension GRPCReflectionV1.FileDescriptorResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__file_descriptor_response__unpack)
}

extension GRPCReflectionV1.FileDescriptorResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__FileDescriptorResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      fileDescriptorProto: unsafe reader.byteStrings(
        source.pointee.n_file_descriptor_proto, source.pointee.file_descriptor_proto))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__FileDescriptorResponse>,
    _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__file_descriptor_response__init(target)
    unsafe (target.pointee.n_file_descriptor_proto, target.pointee.file_descriptor_proto) =
      arena.byteStrings(fileDescriptorProto)
  }
}

extension GRPCReflectionV1 {
  /// The extensions of a message.
  package struct ExtensionNumberResponse: Equatable, Sendable {
    /// The fully qualified name of the message.
    package var baseTypeName: String
    /// The field numbers, in no order.
    package var extensionNumber: [Int32]

    package init(baseTypeName: String = "", extensionNumber: [Int32] = []) {
      self.baseTypeName = baseTypeName
      self.extensionNumber = extensionNumber
    }
  }
}

extension GRPCReflectionV1.ExtensionNumberResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__extension_number_response__unpack)
}

extension GRPCReflectionV1.ExtensionNumberResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ExtensionNumberResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      baseTypeName: unsafe reader.text(source.pointee.base_type_name, "\(path())base_type_name"),
      extensionNumber: unsafe reader.numbers(
        source.pointee.n_extension_number, source.pointee.extension_number))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ExtensionNumberResponse>,
    _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__extension_number_response__init(target)
    unsafe target.pointee.base_type_name = arena.text(baseTypeName)
    unsafe (target.pointee.n_extension_number, target.pointee.extension_number) = arena.numbers(
      extensionNumber)
  }
}

extension GRPCReflectionV1 {
  /// The services of this server.
  package struct ListServiceResponse: Equatable, Sendable {
    /// One for each service.
    package var service: [ServiceResponse]

    package init(service: [ServiceResponse] = []) {
      self.service = service
    }
  }
}

extension GRPCReflectionV1.ListServiceResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__list_service_response__unpack)
}

extension GRPCReflectionV1.ListServiceResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ListServiceResponse>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      service: unsafe reader.messages(
        source.pointee.n_service, source.pointee.service, "\(path())service"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ListServiceResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__list_service_response__init(target)
    unsafe (target.pointee.n_service, target.pointee.service) = arena.messages(service)
  }
}

extension GRPCReflectionV1 {
  /// One service of this server.
  package struct ServiceResponse: Equatable, Sendable {
    /// Its fully qualified name.
    package var name: String

    package init(name: String = "") {
      self.name = name
    }
  }
}

extension GRPCReflectionV1.ServiceResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__service_response__unpack)
}

extension GRPCReflectionV1.ServiceResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ServiceResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      name: unsafe reader.text(source.pointee.name, "\(path())name"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ServiceResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__service_response__init(target)
    unsafe target.pointee.name = arena.text(name)
  }
}

extension GRPCReflectionV1 {
  /// Why a question has no answer.
  package struct ErrorResponse: Equatable, Sendable {
    /// A gRPC status code.
    package var errorCode: Int32
    /// A message for developers, in English.
    package var errorMessage: String

    package init(errorCode: Int32 = 0, errorMessage: String = "") {
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }
  }
}

extension GRPCReflectionV1.ErrorResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__error_response__unpack)
}

extension GRPCReflectionV1.ErrorResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ErrorResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      errorCode: unsafe source.pointee.error_code,
      errorMessage: unsafe reader.text(source.pointee.error_message, "\(path())error_message"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ErrorResponse>, _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__error_response__init(target)
    unsafe target.pointee.error_code = errorCode
    unsafe target.pointee.error_message = arena.text(errorMessage)
  }
}
