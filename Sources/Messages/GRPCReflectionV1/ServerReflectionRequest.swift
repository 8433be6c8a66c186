import CMessages

extension GRPCReflectionV1 {
  /// One question.
  package struct ServerReflectionRequest: Equatable, Sendable {
    /// What is asked.
    package enum Query: Equatable, Sendable {
      /// The file of this name, as it stands in import statements.
      case fileByFilename(String)
      /// The file that declares this fully qualified name: of a service, a method, a message, a
      /// field, an enum, an enum's value or an extension.
      case fileContainingSymbol(String)
      /// The file that declares an extension.
      case fileContainingExtension(ExtensionRequest)
      /// The numbers of the extensions of this message.
      case allExtensionNumbersOfType(String)
      /// The names of the services; the content does not matter.
      case listServices(String)
    }

    /// The server's name as the client knows it; echoed.
    package var host: String
    /// What is asked.
    package var query: Query?

    package init(host: String = "", query: Query? = nil) {
      self.host = host
      self.query = query
    }
  }
}

extension GRPCReflectionV1.ServerReflectionRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__server_reflection_request__unpack)
}

extension GRPCReflectionV1.ServerReflectionRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ServerReflectionRequest>,
    _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      host: unsafe reader.text(source.pointee.host, "\(path())host"),
      query: unsafe Self.query(source, &reader, path))
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionRequest>,
    _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__server_reflection_request__init(target)
    unsafe target.pointee.host = arena.text(host)
    unsafe fillQuery(target, &arena)
  }

  private static func query(
    _ source: UnsafePointer<Grpc__Reflection__V1__ServerReflectionRequest>,
    _ reader: inout MessageReader, _ path: () -> String
  ) -> Query? {
    switch unsafe source.pointee.message_request_case {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
      .fileByFilename(
        unsafe reader.text(source.pointee.file_by_filename, "\(path())file_by_filename"))
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
      .fileContainingSymbol(
        unsafe reader.text(source.pointee.file_containing_symbol, "\(path())file_containing_symbol")
      )
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
      unsafe reader.message(
        source.pointee.file_containing_extension, "\(path())file_containing_extension"
      ).map { .fileContainingExtension($0) }
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE:
      .allExtensionNumbersOfType(
        unsafe reader.text(
          source.pointee.all_extension_numbers_of_type, "\(path())all_extension_numbers_of_type"))
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
      .listServices(unsafe reader.text(source.pointee.list_services, "\(path())list_services"))
    default: nil
    }
  }

  private func fillQuery(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ServerReflectionRequest>,
    _ arena: inout Arena
  ) {
    switch query {
    case .fileByFilename(let value):
      unsafe target.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME
      unsafe target.pointee.file_by_filename = arena.text(value)
    case .fileContainingSymbol(let value):
      unsafe target.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL
      unsafe target.pointee.file_containing_symbol = arena.text(value)
    case .fileContainingExtension(let value):
      unsafe target.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION
      unsafe target.pointee.file_containing_extension = arena.message(value)
    case .allExtensionNumbersOfType(let value):
      unsafe target.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE
      unsafe target.pointee.all_extension_numbers_of_type = arena.text(value)
    case .listServices(let value):
      unsafe target.pointee.message_request_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES
      unsafe target.pointee.list_services = arena.text(value)
    case nil: break
    }
  }
}

extension GRPCReflectionV1 {
  /// An extension of a message.
  package struct ExtensionRequest: Equatable, Sendable {
    /// The fully qualified name of the message that is extended.
    package var containingType: String
    /// The field number of the extension.
    package var extensionNumber: Int32

    package init(containingType: String = "", extensionNumber: Int32 = 0) {
      self.containingType = containingType
      self.extensionNumber = extensionNumber
    }
  }
}

extension GRPCReflectionV1.ExtensionRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: grpc__reflection__v1__extension_request__unpack)
}

extension GRPCReflectionV1.ExtensionRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Grpc__Reflection__V1__ExtensionRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      containingType: unsafe reader.text(
        source.pointee.containing_type, "\(path())containing_type"),
      extensionNumber: unsafe source.pointee.extension_number)
  }

  func fill(
    _ target: UnsafeMutablePointer<Grpc__Reflection__V1__ExtensionRequest>, _ arena: inout Arena
  ) {
    unsafe grpc__reflection__v1__extension_request__init(target)
    unsafe target.pointee.containing_type = arena.text(containingType)
    unsafe target.pointee.extension_number = extensionNumber
  }
}
