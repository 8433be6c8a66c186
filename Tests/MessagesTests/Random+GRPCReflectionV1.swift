import Messages

extension GRPCReflectionV1.ServerReflectionRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      host: random.text(),
      query: random.optional {
        $0.oneOf([
          { .fileByFilename($0.text()) }, { .fileContainingSymbol($0.text()) },
          { .fileContainingExtension(.random(&$0)) }, { .allExtensionNumbersOfType($0.text()) },
          { .listServices($0.text()) },
        ])
      })
  }
}

extension GRPCReflectionV1.ExtensionRequest: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      containingType: random.text(), extensionNumber: random.integer())
  }
}

extension GRPCReflectionV1.ServerReflectionResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      validHost: random.text(), originalRequest: random.optional { .random(&$0) },
      answer: random.optional {
        $0.oneOf([
          { .fileDescriptorResponse(.random(&$0)) }, { .allExtensionNumbersResponse(.random(&$0)) },
          { .listServicesResponse(.random(&$0)) }, { .errorResponse(.random(&$0)) },
        ])
      })
  }
}

extension GRPCReflectionV1.FileDescriptorResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      fileDescriptorProto: random.array { $0.bytes() })
  }
}

extension GRPCReflectionV1.ExtensionNumberResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      baseTypeName: random.text(), extensionNumber: random.array { $0.integer() })
  }
}

extension GRPCReflectionV1.ListServiceResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      service: random.array { .random(&$0) })
  }
}

extension GRPCReflectionV1.ServiceResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      name: random.text())
  }
}

extension GRPCReflectionV1.ErrorResponse: RandomValue {
  static func random(_ random: inout Random) -> Self {
    Self(
      errorCode: random.integer(), errorMessage: random.text())
  }
}
