import Messages

/// A message with an example: each string holds its field's name, each number the field's number,
/// so that two fields that are swapped show.
protocol SampleMessage: ProtobufMessage, RandomValue {
  static var sample: Self { get }
  /// The same in protobuf's text format, as protoc reads and prints it, but for white space.
  static var sampleText: String { get }
}

extension SampleMessage {
  /// The full name of the message in the proto files.
  static var fullName: String {
    String(reflecting: Self.self)
      .replacing("Messages.ProvisioningV1", with: "provisioning.v1")
      .replacing("Messages.GoogleRPC", with: "google.rpc")
      .replacing("Messages.GRPCHealthV1", with: "grpc.health.v1")
      .replacing("Messages.GRPCReflectionV1", with: "grpc.reflection.v1")
      .replacing("Messages.GRPCChannelzV1", with: "grpc.channelz.v1")
  }
}

/// Every message that stands on its own.
let messageTypes: [any SampleMessage.Type] = [
  ProvisioningV1.CreateUserRequest.self,
  ProvisioningV1.UserAttribute.self,
  ProvisioningV1.CreateUserResponse.self,
  ProvisioningV1.User.self,
  ProvisioningV1.MfaOption.self,
  ProvisioningV1.Invitation.self,
  ProvisioningV1.PolicyDecision.self,
  ProvisioningV1.EffectiveRequest.self,
  ProvisioningV1.Receipt.self,
  ProvisioningV1.Checkpoint.self,
  ProvisioningV1.BatchCreateUsersRequest.self,
  ProvisioningV1.BatchCreateUsersResponse.self,
  ProvisioningV1.GetCreationRequest.self,
  ProvisioningV1.GetCreationResponse.self,
  ProvisioningV1.Creation.self,
  ProvisioningV1.GetPolicyRequest.self,
  ProvisioningV1.GetPolicyResponse.self,
  ProvisioningV1.AuditEvent.self,
  ProvisioningV1.UpstreamTrace.self,
  ProvisioningV1.ListAuditEventsRequest.self,
  ProvisioningV1.ListAuditEventsResponse.self,
  ProvisioningV1.GetAuditEventRequest.self,
  ProvisioningV1.GetAuditEventResponse.self,
  ProvisioningV1.TailAuditEventsRequest.self,
  ProvisioningV1.TailAuditEventsResponse.self,
  ProvisioningV1.Heartbeat.self,
  ProvisioningV1.GetCheckpointRequest.self,
  ProvisioningV1.GetCheckpointResponse.self,
  ProvisioningV1.GetInclusionProofRequest.self,
  ProvisioningV1.GetInclusionProofResponse.self,
  ProvisioningV1.GetConsistencyProofRequest.self,
  ProvisioningV1.GetConsistencyProofResponse.self,
  GoogleRPC.ErrorInfo.self,
  GoogleRPC.RetryInfo.self,
  GoogleRPC.QuotaFailure.self,
  GoogleRPC.PreconditionFailure.self,
  GoogleRPC.BadRequest.self,
  GoogleRPC.ResourceInfo.self,
  GoogleRPC.Help.self,
  GoogleRPC.LocalizedMessage.self,
  GoogleRPC.Status.self,
  GRPCHealthV1.HealthCheckRequest.self,
  GRPCHealthV1.HealthCheckResponse.self,
  GRPCHealthV1.HealthListRequest.self,
  GRPCHealthV1.HealthListResponse.self,
  GRPCReflectionV1.ServerReflectionRequest.self,
  GRPCReflectionV1.ExtensionRequest.self,
  GRPCReflectionV1.ServerReflectionResponse.self,
  GRPCReflectionV1.FileDescriptorResponse.self,
  GRPCReflectionV1.ExtensionNumberResponse.self,
  GRPCReflectionV1.ListServiceResponse.self,
  GRPCReflectionV1.ServiceResponse.self,
  GRPCReflectionV1.ErrorResponse.self,
  GRPCChannelzV1.SocketRef.self,
  GRPCChannelzV1.ServerRef.self,
  GRPCChannelzV1.Server.self,
  GRPCChannelzV1.ServerData.self,
  GRPCChannelzV1.Socket.self,
  GRPCChannelzV1.SocketData.self,
  GRPCChannelzV1.Address.self,
  GRPCChannelzV1.Security.self,
  GRPCChannelzV1.GetServersRequest.self,
  GRPCChannelzV1.GetServersResponse.self,
  GRPCChannelzV1.GetServerRequest.self,
  GRPCChannelzV1.GetServerResponse.self,
  GRPCChannelzV1.GetServerSocketsRequest.self,
  GRPCChannelzV1.GetServerSocketsResponse.self,
  GRPCChannelzV1.GetSocketRequest.self,
  GRPCChannelzV1.GetSocketResponse.self,
  GRPCChannelzV1.GetTopChannelsRequest.self,
  GRPCChannelzV1.GetTopChannelsResponse.self,
  GRPCChannelzV1.GetChannelRequest.self,
  GRPCChannelzV1.GetChannelResponse.self,
  GRPCChannelzV1.GetSubchannelRequest.self,
  GRPCChannelzV1.GetSubchannelResponse.self,
]
