import Provisioning

extension Simulation {
  // MARK: Reconciliation

  /// A call that left its creation in doubt hands it over to its own replica.
  mutating func follow(_ call: CreationCall, _ work: Work) {
    guard let creation = call.creation, creation.state == .unknown else { return }
    start(
      Reconciliation(
        creation, isHeld: true, mayStillBeSent: false, now: moment(work.replica), timing: timing),
      work.replica)
  }

  mutating func scan(_ replica: Int, _ boot: Int) {
    guard replicas[replica].isUp, replicas[replica].boot == boot else { return }
    if !replicas[replica].isCutOff {
      let due = store.abandoned(before: moment(replica).wall, limit: 100)
      takeUp(due, replica, isAlone: false)
    }
    schedule.plan(.scan(replica: replica, boot: boot), at: now + 1_000_000)
  }

  mutating func takeUp(_ creations: [Creation], _ replica: Int, isAlone: Bool) {
    for creation in creations where !replicas[replica].reconciled.contains(creation.id) {
      start(
        Reconciliation(
          creation, isHeld: false, mayStillBeSent: !isAlone, now: moment(replica), timing: timing),
        replica)
    }
  }

  private mutating func start(_ reconciliation: Reconciliation, _ replica: Int) {
    var reconciliation = reconciliation
    guard replicas[replica].reconciled.insert(reconciliation.creation.id).inserted else { return }
    let work = nextWork(replica)
    let action = reconciliation.begin(now: moment(replica))
    replicas[replica].reconciliations[work] = reconciliation
    perform(action, work)
  }

  mutating func reconcileStep(_ work: Work, _ input: ReconcileInput) {
    guard isAlive(work), var reconciliation = replicas[work.replica].reconciliations[work] else {
      return
    }
    let moment = moment(work.replica)
    let action: Reconciliation.Action =
      switch input {
      case .wrote(let result): reconciliation.wrote(result, now: moment)
      case .compared(let others): reconciliation.compared(others, now: moment)
      case .looked(let lookup): reconciliation.looked(lookup, now: moment)
      case .woke: reconciliation.woke(now: moment)
      }
    replicas[work.replica].reconciliations[work] = reconciliation
    perform(action, work)
  }

  private mutating func perform(_ action: Reconciliation.Action, _ work: Work) {
    switch action {
    case .write(let transition):
      let result = write(transition, by: work.replica)
      schedule.plan(.reconcileStep(work, .wrote(result)), at: now + random.time(100...20_000))
    case .look(_, let username):
      let lookup =
        replicas[work.replica].isCutOff
        ? .failed : upstream.look(username, at: now, &random)
      schedule.plan(.reconcileStep(work, .looked(lookup)), at: now + random.time(1000...300_000))
    case .compare(let name, let since):
      let others = replicas[work.replica].isCutOff ? nil : store.creators(of: name, since: since)
      schedule.plan(.reconcileStep(work, .compared(others)), at: now + random.time(100...5000))
    case .wait(let until):
      schedule.plan(.reconcileStep(work, .woke), at: time(of: until))
    case .end:
      if let id = replicas[work.replica].reconciliations[work]?.creation.id {
        replicas[work.replica].reconciled.remove(id)
      }
      replicas[work.replica].reconciliations[work] = nil
    }
  }

  // MARK: After everything

  /// What has to hold once the upstream is well again and time has passed.
  mutating func checkEnd() {
    for row in store.rows {
      if row.isResend {
        checkEnd(ofResend: row)
        continue
      }
      let account = upstream.account(row.intent.specification.username)
      let made = account?.owner == row.id
      switch row.state {
      case .succeeded, .reconciledCreated:
        if !made { report.violations.append("I13: \(row.state) without a user") }
      case .failed, .reconciledAbsent, .existsForeign, .operatorResolved:
        if made { report.violations.append("I13: \(row.state), but the user was made") }
      case .intent, .unknown, .unresolved:
        // A stranger who came while the call was under way proves nothing either way.
        let isOpen = account != nil && !made
        if !isOpen || row.state == .intent {
          report.violations.append("I12: \(row.state) long after everything was well")
        }
      }
    }
  }

  /// An invitation that is sent again makes no user: it is never looked into.
  private mutating func checkEnd(ofResend row: Creation) {
    let isResent = upstream.resent.contains(row.id)
    switch row.state {
    case .succeeded:
      if !isResent { report.violations.append("I13: \(row.state) without an invitation") }
    case .failed: break
    default:
      report.violations.append("I12: an invitation is \(row.state)")
    }
  }
}
