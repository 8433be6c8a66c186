import CMessages

extension ProvisioningV1 {
  /// `UserType` of the API: a user as it stands in the user pool.
  package struct User: Equatable, Sendable {
    /// `Username` of the API. The name in the pool; in pools that generate names, the generated
    /// one.
    package var username: String
    /// `Attributes` of the API. In the order of the pool's answer.
    package var attributes: [UserAttribute]
    /// `UserCreateDate` of the API.
    package var userCreateTime: GoogleProtobuf.Timestamp?
    /// `UserLastModifiedDate` of the API.
    package var userLastModifiedTime: GoogleProtobuf.Timestamp?
    /// `Enabled` of the API. Whether the user may sign in.
    package var enabled: Bool
    /// `UserStatus` of the API.
    package var userStatus: UserStatus
    /// `MFAOptions` of the API. SMS configurations of old pools; empty for most.
    package var mfaOptions: [MfaOption]
    /// The attribute "sub": the user's immutable id in the pool, a UUID.
    package var sub: String
    /// The pool that the user stands in.
    package var userPoolID: String

    package init(
      username: String = "", attributes: [UserAttribute] = [],
      userCreateTime: GoogleProtobuf.Timestamp? = nil,
      userLastModifiedTime: GoogleProtobuf.Timestamp? = nil, enabled: Bool = false,
      userStatus: UserStatus = .unspecified, mfaOptions: [MfaOption] = [], sub: String = "",
      userPoolID: String = ""
    ) {
      self.username = username
      self.attributes = attributes
      self.userCreateTime = userCreateTime
      self.userLastModifiedTime = userLastModifiedTime
      self.enabled = enabled
      self.userStatus = userStatus
      self.mfaOptions = mfaOptions
      self.sub = sub
      self.userPoolID = userPoolID
    }
  }
}

extension ProvisioningV1.User: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(unpack: provisioning__v1__user__unpack)
}

extension ProvisioningV1.User: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__User>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      username: unsafe reader.text(source.pointee.username, "\(path())username"),
      attributes: unsafe reader.messages(
        source.pointee.n_attributes, source.pointee.attributes, "\(path())attributes"),
      userCreateTime: unsafe reader.message(
        source.pointee.user_create_time, "\(path())user_create_time"),
      userLastModifiedTime: unsafe reader.message(
        source.pointee.user_last_modified_time, "\(path())user_last_modified_time"),
      enabled: unsafe source.pointee.enabled != 0,
      userStatus: unsafe reader.enumeration(source.pointee.user_status),
      mfaOptions: unsafe reader.messages(
        source.pointee.n_mfa_options, source.pointee.mfa_options, "\(path())mfa_options"),
      sub: unsafe reader.text(source.pointee.sub, "\(path())sub"),
      userPoolID: unsafe reader.text(source.pointee.user_pool_id, "\(path())user_pool_id"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__User>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__user__init(target)
    unsafe target.pointee.username = arena.text(username)
    unsafe (target.pointee.n_attributes, target.pointee.attributes) = arena.messages(attributes)
    unsafe target.pointee.user_create_time = arena.message(userCreateTime)
    unsafe target.pointee.user_last_modified_time = arena.message(userLastModifiedTime)
    unsafe target.pointee.enabled = enabled ? 1 : 0
    unsafe target.pointee.user_status = arena.enumeration(userStatus)
    unsafe (target.pointee.n_mfa_options, target.pointee.mfa_options) = arena.messages(mfaOptions)
    unsafe target.pointee.sub = arena.text(sub)
    unsafe target.pointee.user_pool_id = arena.text(userPoolID)
  }
}

extension ProvisioningV1 {
  /// `UserStatusType` of the API.
  package enum UserStatus: ProtobufEnum {
    /// The user pool did not say.
    case unspecified
    /// Created, but not confirmed.
    case unconfirmed
    /// Confirmed: the user may sign in.
    case confirmed
    /// No longer used by Cognito.
    case archived
    /// No longer used by Cognito.
    case compromised
    /// Not known, or a status that the upstream added after this version.
    case unknown
    /// The user must reset the password before signing in.
    case resetRequired
    /// The user must replace the temporary password at the first sign-in: what a new user has.
    case forceChangePassword
    /// The user signs in through a third-party identity provider.
    case externalProvider
    /// A number that this version does not know.
    case unrecognized(Int32)

    package init(number: Int32) {
      switch number {
      case 0: self = .unspecified
      case 1: self = .unconfirmed
      case 2: self = .confirmed
      case 3: self = .archived
      case 4: self = .compromised
      case 5: self = .unknown
      case 6: self = .resetRequired
      case 7: self = .forceChangePassword
      case 8: self = .externalProvider
      default: self = .unrecognized(number)
      }
    }

    package var number: Int32 {
      switch self {
      case .unspecified: 0
      case .unconfirmed: 1
      case .confirmed: 2
      case .archived: 3
      case .compromised: 4
      case .unknown: 5
      case .resetRequired: 6
      case .forceChangePassword: 7
      case .externalProvider: 8
      case .unrecognized(let number): number
      }
    }
  }
}

extension ProvisioningV1 {
  /// `MFAOptionType` of the API.
  package struct MfaOption: Equatable, Sendable {
    /// `DeliveryMedium` of the API.
    package var deliveryMedium: DeliveryMedium
    /// `AttributeName` of the API. The attribute that holds the address, e.g. `phone_number`.
    package var attributeName: String

    package init(deliveryMedium: DeliveryMedium = .unspecified, attributeName: String = "") {
      self.deliveryMedium = deliveryMedium
      self.attributeName = attributeName
    }
  }
}

extension ProvisioningV1.MfaOption: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__mfa_option__unpack)
}

extension ProvisioningV1.MfaOption: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__MfaOption>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      deliveryMedium: unsafe reader.enumeration(source.pointee.delivery_medium),
      attributeName: unsafe reader.text(source.pointee.attribute_name, "\(path())attribute_name"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__MfaOption>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__mfa_option__init(target)
    unsafe target.pointee.delivery_medium = arena.enumeration(deliveryMedium)
    unsafe target.pointee.attribute_name = arena.text(attributeName)
  }
}
