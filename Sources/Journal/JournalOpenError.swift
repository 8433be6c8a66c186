/// The kind of upstream that a journal belongs to: records of users that never existed must not
/// stand beside real ones.
package enum JournalUpstream: String, Sendable {
  case sandbox, cognito
}

/// Why a journal could not be opened. The description is one clear line for the operator; it names
/// files, never what is in them.
package enum JournalOpenError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Another process holds the journal's lock. Its pid, when it could be read. Exit code 75.
  case lockedBy(Int32?)
  /// The file or its directory cannot be written.
  case notWritable(path: String, reason: String)
  /// The file cannot be read, by one who only reads.
  case notReadable(path: String, reason: String)
  /// The disk is full, or does not do what it is asked. Exit code 74: a supervisor may try again.
  case diskFailed(path: String, reason: String)
  /// The file is no SQLite database, or one of another application.
  case notAJournal(path: String)
  /// The file is a journal, but damaged; the reason names the record where it is one. Exit code 78:
  /// no restart mends it.
  case damaged(path: String, reason: String)
  /// The journal was made with the other kind of upstream.
  case wrongUpstream(path: String, recorded: String, wanted: JournalUpstream)
  /// The journal was written by a release whose tables are others.
  case otherSchema(path: String, found: Int, supported: Int)
  /// SQLite did not accept a setting that durability depends on.
  case notDurable(path: String, setting: String)
  /// The keys are missing, readable by others, damaged, or those of another journal.
  case keys(directory: String, problem: String)
  /// The PostgreSQL server is not there, or not yet. Exit code 75.
  case unreachable(address: String, reason: String)
  /// The PostgreSQL server is there, but not as a journal needs it.
  case server(address: String, problem: String)

  package var description: String {
    switch self {
    case .lockedBy(.some(let pid)):
      "the journal is locked by another process (pid \(pid))"
    case .lockedBy(.none):
      "the journal is locked by another process (pid unknown)"
    case .notWritable(let path, let reason):
      "journal \(path): cannot be written: \(reason)"
    case .notReadable(let path, let reason):
      "journal \(path): cannot be read: \(reason)"
    case .diskFailed(let path, let reason):
      "journal \(path): the disk failed: \(reason)"
    case .notAJournal(let path):
      "journal \(path): the file is not a journal of provisiond"
    case .damaged(let path, let reason):
      "journal \(path): the file is damaged: \(reason)"
    case .wrongUpstream(let path, let recorded, let wanted):
      "journal \(path): belongs to upstream \(recorded), not \(wanted.rawValue); "
        + "use another --journal for each kind of upstream"
    case .otherSchema(let path, let found, let supported):
      "journal \(path): written by another release (schema \(found); this one reads and writes "
        + "\(supported))"
    case .notDurable(let path, let setting):
      "journal \(path): SQLite does not accept \(setting), which durability needs"
    case .keys(let directory, let problem):
      "journal keys \(directory): \(problem)"
    case .unreachable(let address, let reason):
      "journal \(address): the server is not available: \(reason)"
    case .server(let address, let problem):
      "journal \(address): \(problem)"
    }
  }
}

extension JournalOpenError {
  /// - Parameter path: of the file or folder that could not be used.
  init(_ failure: POSIXFile.Failure, path: String) {
    self =
      failure.isOfTheDisk
      ? .diskFailed(path: path, reason: failure.reason)
      : .notWritable(path: path, reason: failure.reason)
  }
}

/// The disk failed under a running journal: what became of the last commit is unknown, and a later
/// fsync may report success for pages that the kernel has dropped. Only a restart is safe (exit
/// code 74).
package struct JournalFailure: Error, Equatable, Sendable, CustomStringConvertible {
  package let reason: String

  package var description: String { "the journal's disk failed: \(reason)" }
}
