/// What the audit trail has in the place of a person's names: keyed hashes (HMAC-SHA256) in lower-case
/// hexadecimal, all of one key epoch. Equal for equal names of one pool within an epoch.
package struct NameHashes: Equatable, Sendable {
  /// The epoch of the key.
  package var epoch: Int
  /// Of pool and user name.
  package var user: String
  /// Of pool and e-mail address; `nil` for a user without one.
  package var email: String?
  /// Of pool and phone number; `nil` for a user without one.
  package var phone: String?

  package init(epoch: Int, user: String, email: String? = nil, phone: String? = nil) {
    self.epoch = epoch
    self.user = user
    self.email = email
    self.phone = phone
  }
}
