/// Which permissions a request needs.
enum Authorization {
  /// The first permission that the caller lacks.
  ///
  /// Sending an invitation again creates nobody: it needs `users.resend` in the place of
  /// `users.create`; to validate it needs `users.resend` on top of what validating needs. The other
  /// permissions come on top, too.
  static func missingPermission(
    of caller: Caller, for request: UserRequest, under rules: OrganizationRules
  ) -> Permission? {
    let granted = caller.permissions
    let isResend = request.messageAction == .value(.resend)
    if !granted.contains(.createUsers) {
      if request.validateOnly {
        if !granted.contains(.validateUsers) { return .validateUsers }
      } else if !isResend {
        return .createUsers
      }
    }
    if isResend, !granted.contains(.resendInvitations) { return .resendInvitations }
    if request.forceAliasCreation, !granted.contains(.forceAliasCreation) {
      return .forceAliasCreation
    }
    if !request.temporaryPassword.isEmpty, !granted.contains(.setTemporaryPassword) {
      return .setTemporaryPassword
    }
    if !request.userPoolID.isEmpty, !request.userPoolID.hasSameBytes(as: rules.userPools[0].id),
      !granted.contains(.choosePool)
    {
      return .choosePool
    }
    return nil
  }
}
