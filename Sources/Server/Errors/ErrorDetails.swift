import GRPC
import Messages
import Provisioning

/// An error on its way to a caller: a code and a text, and in `grpc-status-details-bin` what a
/// program can act on (google.rpc.Status; AIP-193).
struct ErrorDetails {
  /// `ErrorInfo.domain` of every error of this service.
  static let domain = "provisioning.v1"

  /// Bytes of the field violations that are told. With what else an error says, and in Base64, they
  /// stay below the 8 KiB of headers that clients of gRPC take at least.
  static let violationByteCount = 4 << 10

  var code: RPCError.Code
  /// UPPER_SNAKE_CASE; callers may rely on it.
  var reason: String
  var message: String
  /// Everything dynamic in the message, and what else helps; never a value of the request.
  var metadata: [String: String]
  var violations: [Violation]
  /// `nil` where the call is no creation.
  var executed: Executed?
  var retryAfter: Duration?
  var reference: CreationReference?
  var quotaSubject: String?
  var preconditionType: String?

  init(
    _ code: RPCError.Code, _ reason: String, _ message: String,
    metadata: [String: String] = [:], violations: [Violation] = [], executed: Executed? = nil,
    retryAfter: Duration? = nil, reference: CreationReference? = nil,
    preconditionType: String? = nil
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.metadata = metadata
    self.violations = violations
    self.executed = executed
    self.retryAfter = retryAfter
    self.reference = reference
    self.preconditionType = preconditionType
  }
}

extension ErrorDetails: StatusDetails {
  func serializedStatus() -> [UInt8] { status.serialized() }

  /// The error with its details, its trailers and its text.
  var rpcError: RPCError {
    var trailers = Metadata()
    if let reference {
      trailers.addString(reference.creationID.description, forKey: "x-creation-id")
    }
    if let retryAfter {
      // gRFC A6: milliseconds, as a 32-bit integer.
      trailers.addString(
        String(min(retryAfter.milliseconds, Int64(Int32.max))), forKey: "grpc-retry-pushback-ms")
    }
    return RPCError(code: code, message: message, metadata: trailers, details: self)
  }

  /// The error as a value of its own.
  var status: GoogleRPC.Status {
    GoogleRPC.Status(code: Int32(code.rawValue), message: message, details: details)
  }

  private var details: [GoogleProtobuf.AnyMessage] {
    var details = [GoogleProtobuf.AnyMessage(errorInfo)]
    if !violations.isEmpty {
      details.append(
        GoogleProtobuf.AnyMessage(
          GoogleRPC.BadRequest(
            fieldViolations: toldViolations.map {
              .init(field: $0.field, description: $0.description)
            })))
    }
    if let retryAfter {
      details.append(
        GoogleProtobuf.AnyMessage(GoogleRPC.RetryInfo(retryDelay: .init(retryAfter))))
    }
    if let quotaSubject {
      details.append(
        GoogleProtobuf.AnyMessage(
          GoogleRPC.QuotaFailure(violations: [.init(subject: quotaSubject, description: message)])))
    }
    if let preconditionType {
      details.append(
        GoogleProtobuf.AnyMessage(
          GoogleRPC.PreconditionFailure(violations: [
            .init(type: preconditionType, subject: "upstream", description: message)
          ])))
    }
    return details
  }

  /// The first violations; the message says how many there are.
  private var toldViolations: ArraySlice<Violation> {
    var room = Self.violationByteCount
    return violations.prefix { violation in
      room -= violation.field.utf8.count + violation.description.utf8.count + Self.violationFraming
      return room >= 0
    }
  }

  /// Tags and lengths of a violation and its two texts.
  private static let violationFraming = 8

  private var errorInfo: GoogleRPC.ErrorInfo {
    var metadata = metadata
    metadata["executed"] = executed?.rawValue
    if let reference {
      metadata["creation_id"] = reference.creationID.description
      metadata["request_id"] = reference.requestID
    }
    return GoogleRPC.ErrorInfo(
      reason: reason, domain: Self.domain,
      metadata: StringMap(
        metadata.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }))
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
