import Foundation
import Journal
import Logging
import Provisioning

/// Tasks that a running service does where there is one, and the command itself where there is none.
extension JournalOperations {
  /// Copies the database of a journal to a file that is not there yet.
  ///
  /// - Parameter name: of the operator, for the record.
  /// - Returns: what was done, in one line.
  package static func backUp(
    _ url: String, to file: String, operatorName name: String, keysPath: String?
  ) async throws(StartError) -> String {
    // The service has another working directory.
    let path = URL(fileURLWithPath: file).path
    return try await perform(
      .backUp(path: path, operatorName: try checked(name)), on: url, keysPath: keysPath)
  }

  /// Erases what a journal has sealed of a creation.
  ///
  /// - Returns: what was done, in one line.
  package static func erase(
    _ url: String, creationID: String, operatorName name: String, keysPath: String?
  ) async throws(StartError) -> String {
    try await perform(
      .erase(
        creationID: try identifier(creationID).description, operatorName: try checked(name)),
      on: url, keysPath: keysPath)
  }

  /// - Returns: a line for each epoch of a journal's keys.
  package static func listKeys(
    _ url: String, keysPath: String?
  ) async throws(StartError) -> String {
    try await perform(.listKeys, on: url, keysPath: keysPath)
  }

  /// Makes the next epoch of a journal's keys.
  ///
  /// - Returns: what was done, in one line.
  package static func rotateKeys(
    _ url: String, operatorName name: String, keysPath: String?
  ) async throws(StartError) -> String {
    try await perform(
      .rotateKeys(operatorName: try checked(name)), on: url, keysPath: keysPath)
  }

  /// Destroys the keys of an epoch for good.
  ///
  /// - Returns: what was done, in one line.
  package static func destroyKeys(
    _ url: String, epoch: Int, operatorName name: String, keysPath: String?
  ) async throws(StartError) -> String {
    try await perform(
      .destroyKeys(epoch: epoch, operatorName: try checked(name)), on: url, keysPath: keysPath)
  }

  /// Makes the next key that the checkpoints of a journal are signed with.
  ///
  /// - Returns: the public keys, the newest first, one a line.
  package static func rotateCheckpointKey(
    _ url: String, operatorName name: String, keysPath: String?
  ) async throws(StartError) -> String {
    try await perform(
      .rotateCheckpointKey(operatorName: try checked(name)), on: url, keysPath: keysPath)
  }

  /// Gives an operator's verdict on a creation.
  ///
  /// - Parameters:
  ///   - verdict: `created` or `absent`.
  ///   - name: of the operator, for the record.
  /// - Returns: what was done, in one line.
  package static func resolve(
    _ url: String, creationID: String, verdict: String, operatorName name: String,
    keysPath: String?
  ) async throws(StartError) -> String {
    let id = try identifier(creationID)
    guard let verdict = OperatorVerdict(rawValue: verdict.uppercased()) else {
      throw StartError(.usage, "--verdict: accepted: created, absent")
    }
    return try await perform(
      .resolve(
        creationID: id.description, verdict: verdict.rawValue, operatorName: try checked(name)),
      on: url, keysPath: keysPath)
  }

  private static func identifier(_ creationID: String) throws(StartError) -> Identifier {
    guard let id = Identifier(creationID) else {
      throw StartError(.usage, "--creation: accepted: a UUID in its form of 36 characters")
    }
    return id
  }

  static func checked(_ operatorName: String) throws(StartError) -> String {
    guard (1...maximumNameLength).contains(operatorName.utf8.count),
      operatorName.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw StartError(
        .usage, "--operator: accepted: 1 to \(maximumNameLength) visible ASCII characters")
    }
    return operatorName
  }

  /// As long as a caller's `x-on-behalf-of`.
  private static let maximumNameLength = 128

  static func perform(
    _ task: JournalTask, on url: String, keysPath: String?
  ) async throws(StartError) -> String {
    guard let location = JournalLocation(url) else {
      throw StartError(.usage, "the journal: accepted: \(JournalLocation.accepted)")
    }
    if case .sqlite(let path) = location {
      guard FileManager.default.fileExists(atPath: path) else {
        throw StartError(.configuration, "there is no journal \(location)")
      }
      if let line = try await performThroughService(task, journal: path) { return line }
    }
    guard let keysPath = keysPath ?? location.defaultKeysPath else {
      throw StartError(.usage, "--journal-keys: required for a journal in PostgreSQL")
    }
    let journal = try open(location, keysPath: keysPath)
    do {
      let line = try await task.run(on: journal)
      await journal.close()
      return line
    } catch {
      await journal.close()
      throw StartError(.refused, error.description)
    }
  }

  /// - Returns: `nil` where no service has the journal open.
  private static func performThroughService(
    _ task: JournalTask, journal path: String
  ) async throws(StartError) -> String? {
    let canonical = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let answer: ControlAnswer?
    do {
      answer = try await ControlClient.perform(
        task, at: ControlSocket.path(besides: canonical))
    } catch {
      throw StartError(
        .journalUnavailable, "the service went away before it answered; look what it has done")
    }
    switch answer {
    case .done(let line): return line
    case .refused(let reason): throw StartError(.refused, reason)
    case nil: return nil
    }
  }

  private static func open(
    _ location: JournalLocation, keysPath: String
  ) throws(StartError) -> any ServerJournal & OperatedJournal {
    let logger = Logger(label: "provisiond") { _ in SwiftLogNoOpLogHandler() }
    do {
      switch location {
      case .sqlite(let path):
        return try SQLiteJournal.open(
          path: path, keysDirectory: keysPath, upstream: nil, clock: SystemClock(),
          identifiers: SystemIdentifiers(), logger: logger)
      case .postgreSQL(let address):
        return try PostgreSQLJournal.open(
          address: address, keysDirectory: keysPath, upstream: nil, clock: SystemClock(),
          identifiers: SystemIdentifiers(), logger: logger)
      }
    } catch {
      throw StartError(error)
    }
  }
}
