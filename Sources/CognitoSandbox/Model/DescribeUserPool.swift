import JSON

/// DescribeUserPool: the part of UserPoolType that creation depends on.
struct DescribeUserPool: PoolCall {
  private(set) var userPoolID: String?

  init(body: [UInt8]) throws(JSONError) {
    var reader = JSONReader(body)
    try reader.object { (reader, member) throws(JSONError) in
      if try reader.null() { return }
      switch member {
      case "UserPoolId": userPoolID = try reader.string()
      default: try reader.skipValue()
      }
    }
    try reader.end()
  }

  func check(_ violations: inout ConstraintViolations) {
    checkUserPoolID(&violations)
  }

  func run(in pool: SandboxUserPool, now: Int64) throws(ServiceException) -> [UInt8] {
    let settings = pool.settings
    var writer = JSONWriter(reserving: 4096)
    writer.object { writer in
      writer.name("UserPool")
      writer.object { writer in
        writer.name("Id")
        writer.string(settings.id)
        writer.name("Name")
        writer.string("sandbox")
        writer.name("Policies")
        writer.object { writer in
          writer.name("PasswordPolicy")
          settings.passwordPolicy.write(to: &writer)
        }
        writer.name("CreationDate")
        writer.timestamp(milliseconds: pool.createdAt)
        writer.name("LastModifiedDate")
        writer.timestamp(milliseconds: pool.createdAt)
        writer.name("SchemaAttributes")
        writer.array { writer in
          for attribute in pool.schema.values.sorted(by: { $0.name < $1.name }) {
            attribute.write(to: &writer)
          }
        }
        settings.aliasAttributes.write(as: "AliasAttributes", to: &writer)
        settings.usernameAttributes.write(as: "UsernameAttributes", to: &writer)
        writer.name("UsernameConfiguration")
        writer.object { writer in
          writer.name("CaseSensitive")
          writer.bool(settings.isCaseSensitive)
        }
        writer.name("EstimatedNumberOfUsers")
        writer.integer(pool.userCount)
      }
    }
    return writer.bytes
  }
}

extension Set<SandboxAlias> {
  /// Absent where empty, as in AWS's answers.
  fileprivate func write(as key: String, to writer: inout JSONWriter) {
    guard !isEmpty else { return }
    writer.name(key)
    writer.array { writer in
      for name in map(\.rawValue).sorted() { writer.string(name) }
    }
  }
}

extension SandboxPasswordPolicy {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.name("MinimumLength")
      writer.integer(minimumLength)
      writer.name("RequireUppercase")
      writer.bool(requiresUppercase)
      writer.name("RequireLowercase")
      writer.bool(requiresLowercase)
      writer.name("RequireNumbers")
      writer.bool(requiresNumbers)
      writer.name("RequireSymbols")
      writer.bool(requiresSymbols)
      writer.name("TemporaryPasswordValidityDays")
      writer.integer(temporaryPasswordValidityDays)
    }
  }
}

extension SandboxAttribute {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.name("Name")
      writer.string(name)
      writer.name("AttributeDataType")
      writer.string(dataType.name)
      writer.name("DeveloperOnlyAttribute")
      writer.bool(false)
      writer.name("Mutable")
      writer.bool(isMutable)
      writer.name("Required")
      writer.bool(isRequired)
      dataType.writeConstraints(to: &writer)
    }
  }
}

extension SandboxAttribute.DataType {
  fileprivate var name: String {
    switch self {
    case .string: "String"
    case .number: "Number"
    case .dateTime: "DateTime"
    case .boolean: "Boolean"
    }
  }

  /// The bounds are texts in the API.
  fileprivate func writeConstraints(to writer: inout JSONWriter) {
    switch self {
    case .string(let minimum, let maximum):
      writer.name("StringAttributeConstraints")
      writer.object { writer in
        writer.name("MinLength")
        writer.string(String(minimum))
        writer.name("MaxLength")
        writer.string(String(maximum))
      }
    case .number(let minimum, let maximum):
      writer.name("NumberAttributeConstraints")
      writer.object { writer in
        for (key, bound) in [("MinValue", minimum), ("MaxValue", maximum)] {
          guard let bound else { continue }
          writer.name(key)
          writer.string(String(bound))
        }
      }
    case .dateTime, .boolean:
      break
    }
  }
}
