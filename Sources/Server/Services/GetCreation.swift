import GRPC
import Messages
import Provisioning

/// Tells what became of a creation: to its own caller, and to those who may read the audit trail of
/// its organization. For everybody else there is none.
struct GetCreation: Sendable {
  /// The longest wait for a verdict; a longer one is cut.
  static let longestWait = Duration.seconds(30)

  var creations: any Creations
  /// `nil`: there are none.
  var receipts: Receipts?
  /// Takes the refusals made here; nobody waits for them.
  var recordDenial: @Sendable (Denial) -> Void

  func callAsFunction(
    _ message: ReceivedMessage<ProvisioningV1.GetCreationRequest>, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.GetCreationResponse {
    try call.checkTexts(unreadable: message.invalidTexts, recordDenial)
    let request = message.content
    let selector = try CreationSelector(request, callerID: call.caller.id)
    let wait = request.wait.map { Duration(seconds: $0.seconds, nanoseconds: $0.nanos) } ?? .zero
    // Before the wait, so that nobody learns by its length that a creation of others exists.
    guard let known = try await creation(selector, .zero), call.caller.maySee(known) else {
      throw Self.notFound
    }
    guard !known.state.isSettled, wait > .zero else { return await response(known) }
    let last = try await creation(selector, min(wait, Self.longestWait))
    return await response(last ?? known)
  }

  private func creation(
    _ selector: CreationSelector, _ wait: Duration
  ) async throws(RPCError) -> Creation? {
    do {
      return try await creations.creation(selector, waitingAtMost: wait)
    } catch {
      throw error.readerError
    }
  }

  private func response(_ creation: Creation) async -> ProvisioningV1.GetCreationResponse {
    var message = ProvisioningV1.Creation(creation)
    if creation.state.isSettled {
      message.receipt = await receipts?.receipt(of: creation.id, waitingAtMost: .zero)
    }
    return ProvisioningV1.GetCreationResponse(creation: message)
  }

  private static var notFound: RPCError {
    ErrorDetails(.notFound, "CREATION_NOT_FOUND", "There is no such creation.").rpcError
  }
}

extension Caller {
  fileprivate func maySee(_ creation: Creation) -> Bool {
    creation.key.callerID == id
      || (permissions.contains(.readAudit) && organizations.contains(creation.intent.organization))
  }
}

extension CreationSelector {
  /// - Throws: INVALID_ARGUMENT unless exactly one id is given, and is one.
  fileprivate init(
    _ request: ProvisioningV1.GetCreationRequest, callerID: String
  ) throws(RPCError) {
    let isUUID = "must be a UUID in its 36-character form"
    var violations: [Violation] = []
    if request.creationID.isEmpty == request.requestID.isEmpty {
      violations.append(
        Violation(field: "creation_id", description: "exactly one of the two ids must be given"))
    }
    let creationID = Identifier(request.creationID)
    if !request.creationID.isEmpty, creationID == nil {
      violations.append(Violation(field: "creation_id", description: isUUID))
    }
    let requestID = Identifier(request.requestID)
    if !request.requestID.isEmpty, requestID == nil {
      violations.append(Violation(field: "request_id", description: isUUID))
    }
    if let wait = request.wait, wait.seconds < 0 || wait.nanos < 0 {
      violations.append(Violation(field: "wait", description: "must not be negative"))
    }
    guard violations.isEmpty else { throw ProvisioningError.invalid(violations).rpcError }
    if let creationID {
      self = .id(creationID)
    } else {
      self = .key(
        CreationKey(callerID: callerID, requestID: requestID?.description ?? ""))
    }
  }
}

extension Duration {
  fileprivate init(seconds: Int64, nanoseconds: Int32) {
    self = .seconds(seconds) + .nanoseconds(nanoseconds)
  }
}
