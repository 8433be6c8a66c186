/// The user directory upstream.
package protocol UserDirectory: Sendable {
  /// Creates the user, or sends its invitation again. Never cancelled half-way: it ends with an
  /// answer or with a failure that says whether the user may exist.
  ///
  /// - Parameter deadline: when the caller stops waiting; `nil` for the directory's own timeout.
  func create(
    _ specification: UserSpecification, deadline: ContinuousClock.Instant?
  ) async -> DirectoryAnswer

  /// Looks for a user by its name, an alias or its `sub`. Bounded by a timeout of its own.
  func lookUp(_ username: String, in pool: UserPool) async -> DirectoryLookup
}

/// What the upstream says of its pools.
package protocol UserPoolReader: Sendable {
  func describe(_ pool: UserPool) async -> Result<UserPoolDescription, DirectoryFailure>
}

/// What is known of the pools at the moment, without asking for it.
package protocol UserPoolCatalog: Sendable {
  /// `nil` when every pool is ordinary, as far as is known.
  var special: SpecialUserPools? { get }
}

/// Why a journal could not do what was asked.
package enum JournalError: Error, Equatable, Sendable {
  /// Not writable: the effect was not run.
  case unavailable(String)
  /// The effect ran, but its outcome is not durable.
  case outcomeNotRecorded(String)
  /// A reader's request that cannot be answered, e.g. a page token that is not ours.
  case invalidQuery(String)
}

/// Where refusals are recorded.
package protocol DenialLog: Sendable {
  /// Records a refusal without being waited for. Bounded: beyond the bound refusals are counted and
  /// dropped.
  func record(_ denial: Denial)
}

/// The wall clock, as an input.
package protocol WallClock: Sendable {
  func now() -> Timestamp
}

/// Where new identifiers come from.
package protocol IdentifierSource: Sendable {
  func next() -> Identifier
}
