/// DescribeUserPool: the part of UserPoolType that creation depends on.
struct DescribeUserPool: PoolCall {
  private(set) var userPoolID: String?

  init(body: [UInt8]) throws(JSONFailure) {
    var reader = JSONReader(body)
    try reader.object { (reader, member) throws(JSONFailure) in
      if try reader.skipNull() { return }
      switch member {
      case "UserPoolId": userPoolID = try reader.string()
      default: try reader.skip()
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
      writer.key("UserPool")
      writer.object { writer in
        writer.key("Id")
        writer.string(settings.id)
        writer.key("Name")
        writer.string("sandbox")
        writer.key("Policies")
        writer.object { writer in
          writer.key("PasswordPolicy")
          settings.passwordPolicy.write(to: &writer)
        }
        writer.key("CreationDate")
        writer.timestamp(milliseconds: pool.createdAt)
        writer.key("LastModifiedDate")
        writer.timestamp(milliseconds: pool.createdAt)
        writer.key("SchemaAttributes")
        writer.array { writer in
          for attribute in pool.schema.values.sorted(by: { $0.name < $1.name }) {
            attribute.write(to: &writer)
          }
        }
        settings.aliasAttributes.write(as: "AliasAttributes", to: &writer)
        settings.usernameAttributes.write(as: "UsernameAttributes", to: &writer)
        writer.key("UsernameConfiguration")
        writer.object { writer in
          writer.key("CaseSensitive")
          writer.boolean(settings.isCaseSensitive)
        }
        writer.key("EstimatedNumberOfUsers")
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
    writer.key(key)
    writer.array { writer in
      for name in map(\.rawValue).sorted() { writer.string(name) }
    }
  }
}

extension SandboxPasswordPolicy {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("MinimumLength")
      writer.integer(minimumLength)
      writer.key("RequireUppercase")
      writer.boolean(requiresUppercase)
      writer.key("RequireLowercase")
      writer.boolean(requiresLowercase)
      writer.key("RequireNumbers")
      writer.boolean(requiresNumbers)
      writer.key("RequireSymbols")
      writer.boolean(requiresSymbols)
      writer.key("TemporaryPasswordValidityDays")
      writer.integer(temporaryPasswordValidityDays)
    }
  }
}

extension SandboxAttribute {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("Name")
      writer.string(name)
      writer.key("AttributeDataType")
      writer.string(dataType.name)
      writer.key("DeveloperOnlyAttribute")
      writer.boolean(false)
      writer.key("Mutable")
      writer.boolean(isMutable)
      writer.key("Required")
      writer.boolean(isRequired)
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
      writer.key("StringAttributeConstraints")
      writer.object { writer in
        writer.key("MinLength")
        writer.string(String(minimum))
        writer.key("MaxLength")
        writer.string(String(maximum))
      }
    case .number(let minimum, let maximum):
      writer.key("NumberAttributeConstraints")
      writer.object { writer in
        for (key, bound) in [("MinValue", minimum), ("MaxValue", maximum)] {
          guard let bound else { continue }
          writer.key(key)
          writer.string(String(bound))
        }
      }
    case .dateTime, .boolean:
      break
    }
  }
}
