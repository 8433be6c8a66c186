import Journal

/// How the process ends (sysexits.h, as far as it has names for it).
package enum ProcessExitCode: Int32, Sendable {
  case success = 0
  /// EX_USAGE
  case usage = 64
  /// EX_DATAERR: what an operator asked for does not go with what is there.
  case refused = 65
  /// EX_SOFTWARE
  case internalError = 70
  /// EX_IOERR: the journal's disk failed; the supervisor restarts.
  case journalFailed = 74
  /// EX_TEMPFAIL: another process holds the journal, or its server is not there.
  case journalUnavailable = 75
  /// EX_CONFIG
  case configuration = 78
}

/// Why the service did not start, or had to stop: one line and the exit code for it.
package struct StartError: Error, Equatable, CustomStringConvertible {
  package var exitCode: ProcessExitCode
  package var description: String

  init(_ exitCode: ProcessExitCode, _ description: String) {
    self.exitCode = exitCode
    self.description = description
  }

  init(_ error: JournalOpenError) {
    switch error {
    case .lockedBy, .unreachable: self.init(.journalUnavailable, error.description)
    case .diskFailed: self.init(.journalFailed, error.description)
    default: self.init(.configuration, error.description)
    }
  }
}
