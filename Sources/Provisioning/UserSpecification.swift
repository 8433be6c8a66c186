/// A user pool of an organization.
package struct UserPool: Hashable, Sendable {
  package var id: String
  /// The AWS Region of the pool, e.g. `us-east-1`.
  package var region: String
  /// The role that calls of the pool are made with; `nil`: with the service's own credentials.
  package var roleARN: String?

  package init(id: String, region: String, roleARN: String? = nil) {
    self.id = id
    self.region = region
    self.roleARN = roleARN
  }
}

/// One creation as the policy allows it: exactly what AdminCreateUser is called with. The
/// initializer is internal on purpose: only the policy makes one. An object, because a call hands it
/// on at each step.
package final class UserSpecification: Equatable, Sendable {
  package let pool: UserPool
  package let username: String
  package let userAttributes: [UserAttribute]
  package let validationData: [UserAttribute]
  /// The caller's. Without it, and without ``madePassword``, the password is left to Cognito.
  package let temporaryPassword: Sensitive?
  /// What the password has to be that the service makes when the call is sent; `nil` for none.
  package let madePassword: PasswordPolicy?
  package let forceAliasCreation: Bool
  package let messageAction: MessageAction
  package let desiredDeliveryMediums: [DeliveryMedium]
  package let clientMetadata: [MetadataEntry]

  init(
    pool: UserPool,
    username: String,
    userAttributes: [UserAttribute] = [],
    validationData: [UserAttribute] = [],
    temporaryPassword: Sensitive? = nil,
    madePassword: PasswordPolicy? = nil,
    forceAliasCreation: Bool = false,
    messageAction: MessageAction = .send,
    desiredDeliveryMediums: [DeliveryMedium] = [],
    clientMetadata: [MetadataEntry] = []
  ) {
    self.pool = pool
    self.username = username
    self.userAttributes = userAttributes
    self.validationData = validationData
    self.temporaryPassword = temporaryPassword
    self.madePassword = madePassword
    self.forceAliasCreation = forceAliasCreation
    self.messageAction = messageAction
    self.desiredDeliveryMediums = desiredDeliveryMediums
    self.clientMetadata = clientMetadata
  }

  package static func == (a: UserSpecification, b: UserSpecification) -> Bool {
    a.pool == b.pool && a.username == b.username && a.userAttributes == b.userAttributes
      && a.validationData == b.validationData && a.temporaryPassword == b.temporaryPassword
      && a.madePassword == b.madePassword
      && a.forceAliasCreation == b.forceAliasCreation && a.messageAction == b.messageAction
      && a.desiredDeliveryMediums == b.desiredDeliveryMediums
      && a.clientMetadata == b.clientMetadata
  }
}

extension UserSpecification {
  /// As an earlier evaluation made it and the journal kept it: not for anything that a caller says.
  package static func recorded(
    pool: UserPool, username: String, userAttributes: [UserAttribute],
    validationData: [UserAttribute], forceAliasCreation: Bool, messageAction: MessageAction,
    desiredDeliveryMediums: [DeliveryMedium], clientMetadata: [MetadataEntry]
  ) -> UserSpecification {
    UserSpecification(
      pool: pool, username: username, userAttributes: userAttributes,
      validationData: validationData, forceAliasCreation: forceAliasCreation,
      messageAction: messageAction, desiredDeliveryMediums: desiredDeliveryMediums,
      clientMetadata: clientMetadata)
  }

  /// What may be kept: everything but the temporary password.
  package var withoutPassword: UserSpecification {
    hasPassword ? with(password: nil, made: nil) : self
  }

  private var hasPassword: Bool { temporaryPassword != nil || madePassword != nil }

  /// The same call as a repeat of it asks for it: with the password that the repeat has, given or to
  /// be made, and by the role that the policy has for the pool now.
  func with(passwordAndRoleOf other: UserSpecification) -> UserSpecification {
    let pool = other.pool.id == pool.id ? other.pool : pool
    guard hasPassword || other.hasPassword || pool != self.pool else { return self }
    return with(password: other.temporaryPassword, made: other.madePassword, pool: pool)
  }

  /// The call as it is sent: a password that the service makes is made of these numbers.
  package func withPassword(from random: @autoclosure () -> any RandomSource) -> UserSpecification {
    guard let madePassword else { return self }
    return with(password: TemporaryPassword.make(for: madePassword, from: random()), made: nil)
  }

  private func with(
    password: Sensitive?, made: PasswordPolicy?, pool: UserPool? = nil
  ) -> UserSpecification {
    UserSpecification(
      pool: pool ?? self.pool, username: username, userAttributes: userAttributes,
      validationData: validationData, temporaryPassword: password, madePassword: made,
      forceAliasCreation: forceAliasCreation, messageAction: messageAction,
      desiredDeliveryMediums: desiredDeliveryMediums, clientMetadata: clientMetadata)
  }
}
