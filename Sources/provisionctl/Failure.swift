import ArgumentParser
import Foundation
import GRPC
import Messages

/// A call that failed: told in lines on standard error, with an exit code of its own.
enum Failure {
  /// Exit codes of sysexits.h. Only EX_TEMPFAIL is worth repeating as it is: nothing was done.
  ///
  /// - Parameters:
  ///   - executed: as the service says it, whether the user may exist.
  ///   - isLost: a creation whose failure does not come from the service: what it did is not known.
  private static func exitCode(
    _ code: RPCError.Code, executed: String?, isLost: Bool
  ) -> Int32 {
    switch code {
    case _ where executed == "unknown": inDoubt
    case .invalidArgument, .outOfRange: 65  // EX_DATAERR
    case .notFound, .alreadyExists, .failedPrecondition: 65
    case .unauthenticated, .permissionDenied: 77  // EX_NOPERM
    case _ where isLost: inDoubt
    case .unavailable, .aborted, .resourceExhausted: 75  // EX_TEMPFAIL
    case .deadlineExceeded, .cancelled, .unknown: executed == "no" ? 75 : inDoubt
    default: 70  // EX_SOFTWARE
    }
  }

  /// The user may exist: look before you repeat. No code of sysexits.h says so.
  private static let inDoubt: Int32 = 3

  /// The service says that it does not serve: worth trying again later.
  static let notServing = ExitCode(75)

  /// Tells the failure of a call.
  ///
  /// - Parameter isCreation: whether it may have made a user.
  static func exit(_ error: RPCError, isCreation: Bool) -> ExitCode {
    let status = error.receivedDetails.flatMap { try? GoogleRPC.Status(serializedBytes: $0.span) }
    let info = try? status?.detail(GoogleRPC.ErrorInfo.self)
    var lines = ["provisionctl: \(error.code.name): \(error.message)"]
    if let status { lines += details(of: status) }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    let executed = info?.metadata["executed"]
    return ExitCode(
      exitCode(
        error.code, executed: executed,
        isLost: isCreation && executed == nil && !error.isUnprocessed))
  }

  private static func details(of status: GoogleRPC.Status) -> [String] {
    var lines: [String] = []
    if let info = try? status.detail(GoogleRPC.ErrorInfo.self) {
      lines.append("  reason: \(info.reason)")
      lines += info.metadata.entries.map { "  \($0.key): \($0.value)" }
    }
    if let request = try? status.detail(GoogleRPC.BadRequest.self) {
      lines += request.fieldViolations.map { "  \($0.field): \($0.description)" }
    }
    return lines.map(TextOutput.oneLine)
  }
}
