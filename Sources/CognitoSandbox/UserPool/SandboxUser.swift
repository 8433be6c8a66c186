import JSON

/// AttributeType of the API, with a value.
package struct SandboxUserAttribute: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A user in a sandbox pool. Its description names nothing of it but the `sub`.
package struct SandboxUser: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
  /// UserStatusType, as far as the sandbox has it.
  package enum Status: String, Sendable {
    case forceChangePassword = "FORCE_CHANGE_PASSWORD"
    case confirmed = "CONFIRMED"
    case resetRequired = "RESET_REQUIRED"
  }

  package var username: String
  /// The immutable id: a version 4 UUID.
  package var sub: String
  /// Without `sub`, in the order of the request.
  package var attributes: [SandboxUserAttribute]
  /// Milliseconds of the Unix epoch.
  package var createdAt: Int64
  /// Milliseconds of the Unix epoch.
  package var lastModifiedAt: Int64
  package var isEnabled = true
  package var status = Status.forceChangePassword
  /// In the clear, for tests that look for it where it must not be.
  package var temporaryPassword: String
  /// Position in the order of creation; dense until a user is deleted.
  package var ordinal: Int

  package func value(of attribute: String) -> String? {
    attribute == "sub" ? sub : attributes.first { $0.name == attribute }?.value
  }

  package var description: String { "SandboxUser(\(sub))" }
  package var customMirror: Mirror { Mirror(self, children: ["sub": sub]) }

  /// Writes the user as UserType, whose attributes AdminGetUser calls `UserAttributes`.
  func write(attributesAs attributesKey: String, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.name("Username")
      writer.string(username)
      writer.name(attributesKey)
      writer.array { writer in
        Self.write(name: "sub", value: sub, to: &writer)
        for attribute in attributes {
          Self.write(name: attribute.name, value: attribute.value, to: &writer)
        }
      }
      writer.name("UserCreateDate")
      writer.timestamp(milliseconds: createdAt)
      writer.name("UserLastModifiedDate")
      writer.timestamp(milliseconds: lastModifiedAt)
      writer.name("Enabled")
      writer.bool(isEnabled)
      writer.name("UserStatus")
      writer.string(status.rawValue)
    }
  }

  private static func write(name: String, value: String, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.name("Name")
      writer.string(name)
      writer.name("Value")
      writer.string(value)
    }
  }
}
