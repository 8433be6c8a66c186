/// What a user found in the directory says of a creation in doubt.
package enum EvidenceJudgement: Equatable, Sendable {
  case ours(Evidence)
  /// The user was made by somebody else.
  case foreign
  /// Neither can be shown.
  case inconclusive
}

extension Creation {
  /// Judges a user that stands under the name of this creation, by the strongest evidence there is.
  ///
  /// - Parameter sendEnd: the latest time at which a request of the last attempt can have left.
  package func judge(_ user: User, sendEnd: Int64, timing: CreationTiming) -> EvidenceJudgement {
    let wanted = intent.specification.userAttributes
    let markers = wanted.filter { $0.value == id.description }
    if !markers.isEmpty {
      return markers.allSatisfy(user.attributes.contains) ? .ours(.markerAttribute) : .foreign
    }
    if hasGeneratedUsername { return .ours(.generatedUsername) }
    guard let created = user.createTime?.microseconds else { return .inconclusive }
    // The upstream gives whole seconds at times.
    let earliest = evidenceStart - timing.clockTolerance.microseconds
    let latest = sendEnd + timing.quarantine.microseconds
    guard (earliest...max(earliest, latest)).contains(created) else { return .foreign }
    return wanted.allSatisfy(user.attributes.contains)
      ? .ours(.createTimeAndAttributes) : .inconclusive
  }

  private var hasGeneratedUsername: Bool {
    intent.decisions.contains { $0.field == "username" && $0.effect == .generated }
  }
}

extension Timestamp {
  /// Microseconds of the Unix epoch.
  package var microseconds: Int64 {
    seconds * 1_000_000 + Int64(nanoseconds) / 1000
  }
}
