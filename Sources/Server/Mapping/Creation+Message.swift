import GRPC
import Messages
import Provisioning

extension ProvisioningV1.Creation {
  init(_ creation: Creation) {
    let error = creation.state == .intent ? nil : creation.error(isRepeatable: true)
    self.init(
      creationID: creation.id.description, requestID: creation.intent.reference.requestID,
      organization: creation.intent.organization,
      state: ProvisioningV1.CreationState(creation.state),
      evidence: creation.evidence.map(ProvisioningV1.Evidence.init) ?? .unspecified,
      createTime: GoogleProtobuf.Timestamp(microseconds: creation.createTime),
      updateTime: GoogleProtobuf.Timestamp(microseconds: creation.updateTime),
      response: creation.createdUser.map {
        ProvisioningV1.CreateUserResponse(
          CreateUserResult(
            reference: creation.intent.reference, policyDigest: creation.intent.policyDigest,
            decisions: creation.intent.decisions, outcome: .created($0)), $0)
      },
      error: error?.errorDetails.status)
  }
}

extension ProvisioningV1.CreationState {
  fileprivate init(_ state: CreationState) {
    self =
      switch state {
      case .intent: .intent
      case .succeeded: .succeeded
      case .failed: .failed
      case .unknown: .unknown
      case .reconciledCreated: .reconciledCreated
      case .reconciledAbsent: .reconciledAbsent
      case .existsForeign: .existsForeign
      case .unresolved: .unresolved
      case .operatorResolved: .operatorResolved
      }
  }
}

extension ProvisioningV1.Evidence {
  fileprivate init(_ evidence: Evidence) {
    self =
      switch evidence {
      case .markerAttribute: .markerAttribute
      case .generatedUsername: .generatedUsername
      case .createTimeAndAttributes: .createTimeAndAttributes
      case .operatorVerdict: .operator
      }
  }
}
