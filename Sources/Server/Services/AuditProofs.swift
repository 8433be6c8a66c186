import GRPC
import Journal
import Messages
import Provisioning

/// The methods of `provisioning.v1.AuditService` that prove what the others tell: checkpoints, and the
/// proofs that end in them.
struct AuditProofs: Sendable {
  /// How long a record is waited for that has no place in the tree yet.
  static let sealingWait = Duration.seconds(2)

  var proofs: JournalProofs
  var trail: any AuditTrail
  /// Takes the refusals made here; nobody waits for them.
  var recordDenial: @Sendable (Denial) -> Void

  func register(with router: inout RPCRouter) {
    router.registerUnary(MethodDescriptor(service: AuditService.name, method: "GetCheckpoint")) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.GetCheckpointRequest>>, context) in
      ServerResponse(message: try await checkpoint(reader(context, request.message)))
    }
    router.registerUnary(
      MethodDescriptor(service: AuditService.name, method: "GetInclusionProof")
    ) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.GetInclusionProofRequest>>, context) in
      let call = try reader(context, request.message)
      return ServerResponse(message: try await inclusion(request.message.content, call))
    }
    router.registerUnary(
      MethodDescriptor(service: AuditService.name, method: "GetConsistencyProof")
    ) {
      (request: ServerRequest<ReceivedMessage<ProvisioningV1.GetConsistencyProofRequest>>, context)
      in
      let call = try reader(context, request.message)
      return ServerResponse(message: try await consistency(request.message.content, call))
    }
  }

  /// - Throws: UNAUTHENTICATED, PERMISSION_DENIED, or INVALID_ARGUMENT for texts that are none and
  ///   for metadata.
  private func reader<Content>(
    _ context: ServerContext, _ message: ReceivedMessage<Content>
  ) throws(RPCError) -> AuthenticatedCall {
    let call = try context.authenticated()
    guard call.caller.permissions.contains(.readAudit) else {
      let refusal = Refusal.permissionMissing(.readAudit)
      recordDenial(Denial(of: call, reason: refusal.reason, fields: []))
      throw ProvisioningError.refused(refusal).rpcError
    }
    try call.checkTexts(unreadable: message.invalidTexts, recordDenial)
    return call
  }

  private func checkpoint(
    _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.GetCheckpointResponse {
    trail.record(AuditReading(.query, by: call, organization: "", fields: ["checkpoint"]))
    do {
      return ProvisioningV1.GetCheckpointResponse(
        checkpoint: ProvisioningV1.Checkpoint(try await proofs.checkpoint()),
        cosignedCheckpoint: try proofs.cosigned.newest().map { ProvisioningV1.Checkpoint($0) })
    } catch {
      throw error.readerError
    }
  }

  private func inclusion(
    _ request: ProvisioningV1.GetInclusionProofRequest, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.GetInclusionProofResponse {
    guard let id = Identifier(request.eventID) else {
      throw Self.invalid("event_id", "must be a UUID in its 36-character form")
    }
    trail.record(AuditReading(.query, by: call, organization: "", fields: ["event_id"]))
    let receipt: RecordReceipt?
    do {
      receipt = try await proofs.receipt(
        ofEvent: id, inTreeOf: Self.size(request.treeSize), waitingAtMost: Self.sealingWait
      ) { call.caller.organizations.contains($0) }
    } catch {
      throw Self.error(
        error, "tree_size", "must be above the event's leaf index, and not above the newest tree's")
    }
    // The same answer for an event of somebody else and for none, so that it is no oracle.
    guard let receipt else {
      throw ErrorDetails(.notFound, "AUDIT_EVENT_NOT_FOUND", "There is no such audit event.")
        .rpcError
    }
    return ProvisioningV1.GetInclusionProofResponse(receipt: ProvisioningV1.Receipt(receipt))
  }

  private func consistency(
    _ request: ProvisioningV1.GetConsistencyProofRequest, _ call: AuthenticatedCall
  ) async throws(RPCError) -> ProvisioningV1.GetConsistencyProofResponse {
    trail.record(AuditReading(.query, by: call, organization: "", fields: ["first_tree_size"]))
    do {
      let proof = try await proofs.consistency(
        from: Int64(clamping: request.firstTreeSize), to: Self.size(request.secondTreeSize))
      return ProvisioningV1.GetConsistencyProofResponse(
        consistencyPath: proof.path.map { Array($0.bytes) },
        checkpoint: ProvisioningV1.Checkpoint(proof.checkpoint))
    } catch {
      throw Self.error(
        error, "first_tree_size",
        "must be at least 1, not above second_tree_size, and that not above the newest tree's")
    }
  }

  /// `nil` for the newest tree.
  private static func size(_ size: UInt64) -> Int64? { size == 0 ? nil : Int64(clamping: size) }

  private static func error(
    _ error: JournalError, _ field: String, _ description: String
  ) -> RPCError {
    if case .invalidQuery = error { return invalid(field, description) }
    return error.readerError
  }

  private static func invalid(_ field: String, _ description: String) -> RPCError {
    ProvisioningError.invalid([Violation(field: field, description: description)]).rpcError
  }
}
