/// Which permissions a request needs.
enum Authorization {
  /// The first permission that the caller lacks.
  ///
  /// Sending an invitation again creates nobody: it needs `users.resend` in the place of
  /// `users.create`. The other permissions come on top.
  static func missingPermission(
    of caller: Caller, for request: UserRequest, under rules: OrganizationRules
  ) -> Permission? {
    let granted = caller.permissions
    if request.messageAction == .value(.resend) {
      if !granted.contains(.resendInvitations) { return .resendInvitations }
    } else if !granted.contains(.createUsers) {
      guard request.validateOnly else { return .createUsers }
      if !granted.contains(.validateUsers) { return .validateUsers }
    }
    if request.forceAliasCreation, !granted.contains(.forceAliasCreation) {
      return .forceAliasCreation
    }
    if !request.temporaryPassword.exposed.isEmpty, !granted.contains(.setTemporaryPassword) {
      return .setTemporaryPassword
    }
    if !request.userPoolID.isEmpty, request.userPoolID != rules.userPools[0].id,
      !granted.contains(.choosePool)
    {
      return .choosePool
    }
    return nil
  }
}
