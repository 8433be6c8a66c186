import ArgumentParser
import Foundation
import GRPC
import Messages

/// A call that failed: told in lines on standard error, with an exit code of its own.
enum Failure {
  /// Exit codes of sysexits.h, so that a script can tell what is worth repeating.
  private static func exitCode(_ code: RPCError.Code) -> Int32 {
    switch code {
    case .invalidArgument, .outOfRange: 65
    case .unauthenticated, .permissionDenied: 77
    case .unavailable, .resourceExhausted, .aborted, .deadlineExceeded: 75
    default: 70
    }
  }

  /// Tells the failure of a call.
  static func exit(_ error: RPCError) -> ExitCode {
    var lines = ["provisionctl: \(error.code.name): \(error.message)"]
    if let bytes = error.details, let status = try? GoogleRPC.Status(serializedBytes: bytes.span) {
      lines += details(of: status)
    }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    return ExitCode(exitCode(error.code))
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
