import Provisioning

/// A store as ``CreationStore`` promises it: each write takes effect at one instant. It looks at
/// every change with the eyes of the invariants.
struct SimulatedStore {
  /// What the audit trail says of a change.
  struct Record {
    var stamp: CreationStamp
  }

  private(set) var rows: [Creation] = []
  private var indexOfKey: [CreationKey: Int] = [:]
  private var indexOfID: [Identifier: Int] = [:]
  /// Of each row, in the order in which they were written.
  private(set) var records: [[Record]] = []
  /// In flight, by user and e-mail address.
  private var holders: [KeyedHash: Int] = [:]
  /// A planted bug: changes are written whatever they rest on.
  var ignoresFences = false
  private(set) var violations: [String] = []

  func row(_ key: CreationKey) -> Creation? { indexOfKey[key].map { rows[$0] } }
  func row(_ id: Identifier) -> Creation? { indexOfID[id].map { rows[$0] } }

  func abandoned(before time: Int64, limit: Int) -> [Creation] {
    Array(
      rows.filter { !$0.state.isSettled && $0.leaseEnd < time }
        .sorted { ($0.leaseEnd, $0.id) < ($1.leaseEnd, $1.id) }.prefix(limit))
  }

  func creators(of name: NameInPool, since time: Int64) -> [Creation] {
    rows.filter {
      $0.createdUser != nil && $0.updateTime >= time && $0.claims.user == name.user
    }
  }

  func hasIntent(_ id: Identifier, attempt: Int, fence: Int) -> Bool {
    guard let index = indexOfID[id] else { return false }
    return records[index].contains {
      $0.stamp.state == .intent && $0.stamp.attempt == attempt && $0.stamp.fence == fence
    }
  }

  mutating func write(_ transition: CreationTransition) -> CreationWriteResult {
    guard let from = transition.from else { return insert(transition) }
    guard let index = indexOfID[from.creationID] else { return .superseded(nil) }
    guard rows[index].stamp == from || ignoresFences else { return .superseded(rows[index]) }
    if let holder = holder(of: transition.creation, except: index) {
      return .nameTaken(rows[holder])
    }
    checkChange(of: rows[index], to: transition)
    release(index)
    rows[index] = transition.creation
    claim(index)
    if transition.isRecorded { records[index].append(Record(stamp: transition.creation.stamp)) }
    checkFold(index)
    return .written
  }

  private mutating func insert(_ transition: CreationTransition) -> CreationWriteResult {
    let creation = transition.creation
    if let taken = indexOfKey[creation.key] { return .keyTaken(rows[taken]) }
    if let holder = holder(of: creation, except: nil) { return .nameTaken(rows[holder]) }
    if indexOfID[creation.id] != nil { violations.append("I4: two creations with one id") }
    rows.append(creation)
    records.append([Record(stamp: creation.stamp)])
    indexOfKey[creation.key] = rows.count - 1
    indexOfID[creation.id] = rows.count - 1
    claim(rows.count - 1)
    return .written
  }

  // MARK: Names

  private static func names(_ creation: Creation) -> [KeyedHash] {
    [creation.claims.user, creation.claims.email, creation.claims.phone].compactMap { $0 }
  }

  private func holder(of creation: Creation, except index: Int?) -> Int? {
    guard creation.state.holdsNames else { return nil }
    return Self.names(creation).lazy.compactMap { holders[$0] }.first { $0 != index }
  }

  private mutating func release(_ index: Int) {
    for name in Self.names(rows[index]) where holders[name] == index { holders[name] = nil }
  }

  private mutating func claim(_ index: Int) {
    guard rows[index].state.holdsNames else { return }
    for name in Self.names(rows[index]) {
      if holders[name] != nil {
        violations.append("I3: two creations in flight for one name or address")
      }
      holders[name] = index
    }
  }

  // MARK: Invariants

  private mutating func checkChange(of old: Creation, to transition: CreationTransition) {
    let new = transition.creation
    if let from = transition.from, from.fence < old.fence {
      violations.append("I6: a change under fence \(from.fence) after \(old.fence)")
    }
    if old.state.isSettled {
      let mayRunAgain = old.state == .failed || old.state == .reconciledAbsent
      if new.state != .intent || !mayRunAgain {
        violations.append("I7: \(old.state) became \(new.state)")
      }
    }
    if new.attempt > old.attempt {
      let isOver =
        old.state == .reconciledAbsent
        || (old.state == .failed && (old.isResend || old.answer?.isExecuted == false))
      if !isOver || new.attempt != old.attempt + 1 {
        violations.append("I5: attempt \(new.attempt) after \(old.state)")
      }
    }
  }

  private mutating func checkFold(_ index: Int) {
    let last = records[index].last?.stamp
    if last?.state != rows[index].state || last?.attempt != rows[index].attempt {
      violations.append("I10: the row is \(rows[index].state), its records say otherwise")
    }
  }
}

extension DirectoryAnswer {
  fileprivate var isExecuted: Bool {
    switch self {
    case .success: true
    case .failure(let failure): failure.executed != .no
    }
  }
}
