private import CLibPQ
import Foundation

/// One connection to a PostgreSQL server, through libpq. Its calls block, each for a bounded time.
/// Used by one thread at a time.
///
/// After ``PostgreSQLError/unreachable(_:)`` it is of no use any more.
@safe final class PostgreSQLConnection {
  /// What became of the statements of a transaction.
  enum Transaction {
    case committed([PostgreSQLResult])
    /// Nothing was written, because of the statement at this position.
    case rolledBack(at: Int, PostgreSQLError)
  }

  private let native: OpaquePointer

  /// Connects.
  ///
  /// - Parameter limit: for all of it but the resolving of a name, for which the system has a limit.
  init(_ address: PostgreSQLAddress, within limit: Duration) throws(PostgreSQLError) {
    let settings = [
      ("fallback_application_name", "provisiond"), ("dbname", address.url),
      ("client_encoding", "UTF8"),
    ]
    guard let native = unsafe Self.start(settings) else {
      throw .unreachable("out of memory")
    }
    unsafe self.native = native
    // Neither the values of a row nor the names of a message: only its SQLSTATE.
    _ = unsafe PQsetErrorVerbosity(native, PQERRORS_SQLSTATE)
    _ = unsafe PQsetNoticeProcessor(native, { _, _ in }, nil)
    try connect(until: ContinuousClock.now + limit)
  }

  deinit {
    unsafe PQfinish(native)
  }

  /// What an address says, as far as it may be shown; `nil` when it is no address.
  static func parse(_ url: String) -> [String: String]? {
    guard let options = unsafe PQconninfoParse(url, nil) else { return nil }
    defer { unsafe PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        unsafe values[String(cString: keyword)] = unsafe String(cString: value)
      }
      unsafe option += 1
    }
    return values
  }

  // MARK: Connecting

  private static func start(_ settings: [(keyword: String, value: String)]) -> OpaquePointer? {
    let keywords = unsafe settings.map { unsafe strdup($0.keyword) }
    let values = unsafe settings.map { unsafe strdup($0.value) }
    defer {
      unsafe (keywords + values).forEach { unsafe free($0) }
    }
    let names = unsafe keywords.map { unsafe UnsafePointer($0) } + [nil]
    let texts = unsafe values.map { unsafe UnsafePointer($0) } + [nil]
    // The address may hold a whole URL.
    return unsafe PQconnectStartParams(names, texts, 1)
  }

  private func connect(until end: ContinuousClock.Instant) throws(PostgreSQLError) {
    guard unsafe PQstatus(native) != CONNECTION_BAD else { throw connectionError }
    var wanted = POLLOUT
    while true {
      try wait(for: wanted, until: end)
      switch unsafe PQconnectPoll(native) {
      case PGRES_POLLING_OK:
        guard unsafe PQsetnonblocking(native, 1) == 0 else { throw connectionError }
        return
      case PGRES_POLLING_READING: wanted = POLLIN
      case PGRES_POLLING_WRITING: wanted = POLLOUT
      default: throw connectionError
      }
    }
  }

  /// Why the connection is not there: the server's SQLSTATE, or what libpq says, which names host,
  /// port and user at most.
  private var connectionError: PostgreSQLError {
    let text = unsafe String(cString: PQerrorMessage(native))
    let line = text.split(separator: "\n").last.map(String.init) ?? "the connection is lost"
    if let match = line.firstMatch(of: /(?:FATAL|ERROR|PANIC):\s+([0-9A-Z]{5})$/) {
      return .refused(state: String(match.1), table: nil)
    }
    let reason = text.split(separator: "\n").first.map(String.init) ?? line
    return .unreachable(reason)
  }

  // MARK: Statements

  /// Runs a script in a transaction of its own.
  func run(script: String, within limit: Duration) throws(PostgreSQLError) {
    let end = ContinuousClock.now + limit
    _ = unsafe PQexitPipelineMode(native)
    guard unsafe PQsendQuery(native, script) == 1 else { throw connectionError }
    var failure: PostgreSQLError?
    while let result = unsafe try nextResult(until: end) {
      defer { unsafe PQclear(result) }
      failure = failure ?? (unsafe self.failure(of: result))
    }
    if let failure { throw failure }
  }

  /// Makes statements known to the server. Once for each connection, before their first use.
  func prepare(_ statements: [PostgreSQLStatement], within limit: Duration) throws(PostgreSQLError)
  {
    let end = ContinuousClock.now + limit
    try enterPipeline()
    for statement in statements {
      let types = statement.types.map(\.rawValue)
      let sent = unsafe PQsendPrepare(
        native, statement.name, statement.sql, Int32(types.count), types)
      guard sent == 1 else { throw connectionError }
    }
    try sync()
    if case .failure(let failure) = try results(count: statements.count, until: end) {
      throw failure.error
    }
  }

  /// Runs prepared statements in one transaction, in one round trip: the server commits at the end,
  /// or writes nothing at all.
  func transaction(
    _ calls: [PostgreSQLCall], within limit: Duration
  ) throws(PostgreSQLError) -> Transaction {
    let end = ContinuousClock.now + limit
    try enterPipeline()
    for call in calls { try send(call) }
    try sync()
    switch try results(count: calls.count, until: end) {
    case .success(let results): return .committed(results)
    case .failure(let failure): return .rolledBack(at: failure.position, failure.error)
    }
  }

  /// Runs each prepared statement in a transaction of its own, all in one round trip.
  func each(
    _ calls: [PostgreSQLCall], within limit: Duration
  ) throws(PostgreSQLError) -> [Result<PostgreSQLResult, PostgreSQLError>] {
    let end = ContinuousClock.now + limit
    try enterPipeline()
    for call in calls {
      try send(call)
      try sync()
    }
    var all: [Result<PostgreSQLResult, PostgreSQLError>] = []
    for _ in calls {
      let one = try results(count: 1, until: end)
      all.append(one.map { $0[0] }.mapError(\.error))
    }
    return all
  }

  private func enterPipeline() throws(PostgreSQLError) {
    guard unsafe PQenterPipelineMode(native) == 1 else { throw connectionError }
  }

  private func sync() throws(PostgreSQLError) {
    guard unsafe PQpipelineSync(native) == 1 else { throw connectionError }
  }

  private func send(_ call: PostgreSQLCall) throws(PostgreSQLError) {
    var bytes: [UInt8] = []
    let ranges = call.values.map { value -> Range<Int>? in
      let start = bytes.count
      return value.append(to: &bytes) ? start..<bytes.count : nil
    }
    // An empty value needs an address as well, for none at all is null.
    bytes.append(0)
    let lengths = ranges.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: ranges.count)
    let sent = unsafe bytes.withUnsafeBytes { buffer in
      let base = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress
      let values = unsafe ranges.map { range in
        unsafe range.flatMap { range in unsafe base.map { unsafe $0 + range.lowerBound } }
      }
      return unsafe PQsendQueryPrepared(
        native, call.statement.name, Int32(ranges.count), values, lengths, formats, 1)
    }
    guard sent == 1 else { throw connectionError }
  }

  // MARK: Results

  private struct StatementFailure: Error {
    var position: Int
    var error: PostgreSQLError
  }

  /// Reads what `count` statements gave, and the end of their transaction.
  private func results(
    count: Int, until end: ContinuousClock.Instant
  ) throws(PostgreSQLError) -> Result<[PostgreSQLResult], StatementFailure> {
    var results: [PostgreSQLResult] = []
    results.reserveCapacity(count)
    var failure: StatementFailure?
    var position = 0
    while true {
      // Nothing stands between the result of a statement and the next one's.
      guard let result = unsafe try nextResult(until: end) else {
        position += 1
        guard position <= count else { throw .unreachable("an answer is missing") }
        continue
      }
      defer { unsafe PQclear(result) }
      if unsafe PQresultStatus(result) == PGRES_PIPELINE_SYNC { break }
      if let error = unsafe self.failure(of: result) {
        failure = failure ?? StatementFailure(position: position, error: error)
      } else {
        results.append(unsafe Self.values(of: result))
      }
    }
    return failure.map { .failure($0) } ?? .success(results)
  }

  /// The next result, or `nil` between two statements.
  private func nextResult(
    until end: ContinuousClock.Instant
  ) throws(PostgreSQLError) -> OpaquePointer? {
    while true {
      let unsent = unsafe PQflush(native)
      guard unsent >= 0 else { throw connectionError }
      guard unsafe PQisBusy(native) == 1 else {
        let result = unsafe PQgetResult(native)
        if unsafe PQstatus(native) == CONNECTION_BAD {
          unsafe PQclear(result)
          throw connectionError
        }
        return unsafe result
      }
      try wait(for: unsent == 0 ? POLLIN : POLLIN | POLLOUT, until: end)
      guard unsafe PQconsumeInput(native) == 1 else { throw connectionError }
    }
  }

  private func failure(of result: OpaquePointer) -> PostgreSQLError? {
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
    default:
      guard let state = unsafe Self.field(Field.state, of: result) else { return connectionError }
      return .refused(state: state, table: unsafe Self.field(Field.table, of: result))
    }
  }

  /// The server's names of an error's fields (PG_DIAG_… of postgres_ext.h).
  private enum Field {
    static let state = Int32(UInt8(ascii: "C"))
    static let table = Int32(UInt8(ascii: "t"))
  }

  private static func field(_ field: Int32, of result: OpaquePointer) -> String? {
    unsafe PQresultErrorField(result, field).map { unsafe String(cString: $0) }
  }

  private static func values(of result: OpaquePointer) -> PostgreSQLResult {
    let columns = unsafe PQnfields(result)
    let rows = unsafe (0..<PQntuples(result)).map { row in
      PostgreSQLRow(
        columns: (0..<columns).map { column in
          guard unsafe PQgetisnull(result, row, column) == 0 else { return nil }
          let count = unsafe Int(PQgetlength(result, row, column))
          return unsafe PQgetvalue(result, row, column).map { unsafe Data(bytes: $0, count: count) }
        })
    }
    let count = unsafe Int(String(cString: PQcmdTuples(result)))
    return PostgreSQLResult(count: count ?? 0, rows: rows)
  }

  // MARK: Waiting

  private func wait(
    for events: Int32, until end: ContinuousClock.Instant
  ) throws(PostgreSQLError) {
    var entry = pollfd(fd: unsafe PQsocket(native), events: Int16(events), revents: 0)
    while true {
      let left = end - ContinuousClock.now
      guard left > .zero else { throw .unreachable("the server does not answer") }
      let ready = unsafe poll(&entry, 1, Int32(clamping: left.milliseconds + 1))
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw .unreachable("the connection cannot be waited for") }
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
