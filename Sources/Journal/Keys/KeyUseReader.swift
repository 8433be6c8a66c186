import Provisioning

/// What the work on a journal's keys has to know of its database.
protocol KeyUseReader: Sendable {
  /// The rows of the table `meta`.
  func meta() async throws(JournalError) -> [String: String]

  /// How many creations that are under way or in doubt were sealed under an epoch or an earlier one.
  func openCreations(sealedThrough epoch: Int) async throws(JournalError) -> Int
}
