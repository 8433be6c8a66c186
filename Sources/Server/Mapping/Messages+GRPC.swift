package import GRPC
package import Messages
import Provisioning

// The two rooms do not know each other: here their types meet.
extension ReceivedMessage: DecodableMessage {}
extension ProvisioningV1.GetCreationRequest: GRPC.Message {}
extension ProvisioningV1.GetCreationResponse: GRPC.Message {}
extension ProvisioningV1.GetPolicyRequest: GRPC.Message {}
extension ProvisioningV1.GetPolicyResponse: GRPC.Message {}
extension ProvisioningV1.GetCheckpointRequest: GRPC.Message {}
extension ProvisioningV1.GetCheckpointResponse: GRPC.Message {}
extension ProvisioningV1.GetInclusionProofRequest: GRPC.Message {}
extension ProvisioningV1.GetInclusionProofResponse: GRPC.Message {}
extension ProvisioningV1.GetConsistencyProofRequest: GRPC.Message {}
extension ProvisioningV1.GetConsistencyProofResponse: GRPC.Message {}
extension ProvisioningV1.ListAuditEventsRequest: GRPC.Message {}
extension ProvisioningV1.ListAuditEventsResponse: GRPC.Message {}
extension ProvisioningV1.GetAuditEventRequest: GRPC.Message {}
extension ProvisioningV1.GetAuditEventResponse: GRPC.Message {}
extension ProvisioningV1.TailAuditEventsRequest: GRPC.Message {}
extension ProvisioningV1.TailAuditEventsResponse: GRPC.Message {}
extension GRPCHealthV1.HealthCheckRequest: GRPC.Message {}
extension GRPCHealthV1.HealthCheckResponse: GRPC.Message {}
extension GRPCHealthV1.HealthListRequest: GRPC.Message {}
extension GRPCHealthV1.HealthListResponse: GRPC.Message {}
extension GRPCReflectionV1.ServerReflectionRequest: GRPC.Message {}
extension GRPCReflectionV1.ServerReflectionResponse: GRPC.Message {}
extension GRPCChannelzV1.GetTopChannelsRequest: GRPC.Message {}
extension GRPCChannelzV1.GetTopChannelsResponse: GRPC.Message {}
extension GRPCChannelzV1.GetServersRequest: GRPC.Message {}
extension GRPCChannelzV1.GetServersResponse: GRPC.Message {}
extension GRPCChannelzV1.GetServerRequest: GRPC.Message {}
extension GRPCChannelzV1.GetServerResponse: GRPC.Message {}
extension GRPCChannelzV1.GetServerSocketsRequest: GRPC.Message {}
extension GRPCChannelzV1.GetServerSocketsResponse: GRPC.Message {}
extension GRPCChannelzV1.GetChannelRequest: GRPC.Message {}
extension GRPCChannelzV1.GetChannelResponse: GRPC.Message {}
extension GRPCChannelzV1.GetSubchannelRequest: GRPC.Message {}
extension GRPCChannelzV1.GetSubchannelResponse: GRPC.Message {}
extension GRPCChannelzV1.GetSocketRequest: GRPC.Message {}
extension GRPCChannelzV1.GetSocketResponse: GRPC.Message {}

extension MessageError: RPCErrorConvertible {
  static let malformedReason = "MALFORMED_MESSAGE"
  static let tooComplexReason = "MESSAGE_TOO_COMPLEX"

  /// Bytes that are no message are the client library's fault; text that is no text is the
  /// caller's (grpc-status INTERNAL and INVALID_ARGUMENT).
  package var rpcError: RPCError {
    switch self {
    case .malformed:
      ErrorDetails(
        .internalError, Self.malformedReason, "The message cannot be decoded.", executed: .no
      ).rpcError
    case .tooComplex:
      ErrorDetails(
        .resourceExhausted, Self.tooComplexReason, "The message has too many parts.", executed: .no
      ).rpcError
    case .invalidText(let fields):
      ProvisioningError.invalid(fields.map(Violation.init(unreadable:))).rpcError
    }
  }
}
