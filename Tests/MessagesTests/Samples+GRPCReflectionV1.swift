import Messages

extension GRPCReflectionV1.ServerReflectionRequest: SampleMessage {
  static let sample = Self(host: "host", query: .fileByFilename("file_by_filename"))

  static let sampleText = """
    host: "host" file_by_filename: "file_by_filename"
    """
}

extension GRPCReflectionV1.ExtensionRequest: SampleMessage {
  static let sample = Self(containingType: "containing_type", extensionNumber: 2)

  static let sampleText = """
    containing_type: "containing_type" extension_number: 2
    """
}

extension GRPCReflectionV1.ServerReflectionResponse: SampleMessage {
  static let sample = Self(
    validHost: "valid_host", originalRequest: .sample, answer: .errorResponse(.sample))

  static let sampleText = """
    valid_host: "valid_host" original_request {
    \(GRPCReflectionV1.ServerReflectionRequest.sampleText) } error_response {
    \(GRPCReflectionV1.ErrorResponse.sampleText) }
    """
}

extension GRPCReflectionV1.FileDescriptorResponse: SampleMessage {
  static let sample = Self(
    fileDescriptorProto: [Array("file_descriptor_proto".utf8)])

  static let sampleText = """
    file_descriptor_proto: "file_descriptor_proto"
    """
}

extension GRPCReflectionV1.ExtensionNumberResponse: SampleMessage {
  static let sample = Self(baseTypeName: "base_type_name", extensionNumber: [2, -1])

  static let sampleText = """
    base_type_name: "base_type_name" extension_number: 2 extension_number: -1
    """
}

extension GRPCReflectionV1.ListServiceResponse: SampleMessage {
  static let sample = Self(service: [.sample])

  static let sampleText = """
    service { \(GRPCReflectionV1.ServiceResponse.sampleText) }
    """
}

extension GRPCReflectionV1.ServiceResponse: SampleMessage {
  static let sample = Self(name: "name")

  static let sampleText = """
    name: "name"
    """
}

extension GRPCReflectionV1.ErrorResponse: SampleMessage {
  static let sample = Self(errorCode: 1, errorMessage: "error_message")

  static let sampleText = """
    error_code: 1 error_message: "error_message"
    """
}
