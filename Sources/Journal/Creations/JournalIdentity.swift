import Provisioning

extension JournalKeys: CreationIdentity {
  func claims(of specification: UserSpecification) -> NameClaims {
    let names = specification.claimedNames
    return NameClaims(
      user: claim(.user, names.user), email: names.email.map { claim(.email, $0) },
      phone: names.phone.map { claim(.phone, $0) })
  }

  func passwordNumbers(of creation: Identifier, createdAt time: Int64) -> any RandomSource {
    passwords.numbers(of: creation, createdAt: time)
  }

  func rotatePasswordKeys(now: Int64) throws(JournalError) {
    do {
      try passwords.rotate(now: now)
    } catch {
      throw .unavailable("the keys of temporary passwords cannot be kept")
    }
  }
}
