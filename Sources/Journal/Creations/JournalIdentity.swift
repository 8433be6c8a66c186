import Provisioning

extension JournalKeys: CreationIdentity {
  func claims(of specification: UserSpecification) -> NameClaims {
    let names = specification.claimedNames
    return NameClaims(
      user: claim(.user, names.user), email: names.email.map { claim(.email, $0) },
      phone: names.phone.map { claim(.phone, $0) })
  }
}
