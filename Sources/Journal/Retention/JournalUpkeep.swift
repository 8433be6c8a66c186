import Provisioning

/// A change that a journal makes to itself, not for a call: of its keys, or of what it holds no
/// longer. Nothing is written, its record included, where it changes nothing.
enum JournalUpkeep: Sendable {
  /// Adds rows to the table `meta`.
  case register([(name: String, value: String)])
  /// Removes what is sealed of a settled creation, and the hashes that its names were claimed by.
  case erase(Identifier)
  /// Removes the bodies of records, by their places in the tree, and what they are looked up by.
  case expire(ClosedRange<Int64>)
}
