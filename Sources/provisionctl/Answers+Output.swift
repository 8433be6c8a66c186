import Foundation
import GRPC
import Messages

// The rooms of calls and of messages do not know each other: here their types meet.
extension ProvisioningV1.CreateUserRequest: GRPC.Message {}
extension ProvisioningV1.CreateUserResponse: GRPC.Message {}
extension ProvisioningV1.GetPolicyRequest: GRPC.Message {}
extension ProvisioningV1.GetPolicyResponse: GRPC.Message {}
extension ProvisioningV1.ListAuditEventsRequest: GRPC.Message {}
extension ProvisioningV1.ListAuditEventsResponse: GRPC.Message {}
extension ProvisioningV1.GetAuditEventRequest: GRPC.Message {}
extension ProvisioningV1.GetAuditEventResponse: GRPC.Message {}
extension ProvisioningV1.TailAuditEventsRequest: GRPC.Message {}
extension ProvisioningV1.TailAuditEventsResponse: GRPC.Message {}
extension GRPCHealthV1.HealthCheckRequest: GRPC.Message {}
extension GRPCHealthV1.HealthCheckResponse: GRPC.Message {}

extension ProvisioningV1.CreateUserResponse: Outputable {
  var output: OutputValue {
    .fields([
      "user": user?.output,
      "invitation": invitation?.output,
      "policy_decisions": .optional(policyDecisions.map(\.output)),
      "creation_id": .optional(creationID),
      "request_id": .optional(requestID),
      "replayed": replayed ? .boolean(true) : nil,
      "policy_digest": .optional(policyDigest),
      "effective_request": effectiveRequest?.output,
    ])
  }
}

extension ProvisioningV1.ListAuditEventsResponse: Outputable {
  var output: OutputValue {
    .fields([
      "events": .list(events.map(\.output)),
      "next_page_token": .optional(nextPageToken),
    ])
  }
}

extension ProvisioningV1.GetAuditEventResponse: Outputable {
  var output: OutputValue { event?.output ?? .object([]) }
}

extension ProvisioningV1.User {
  fileprivate var output: OutputValue {
    .fields([
      "username": .text(username),
      "attributes": .optional(attributes.map(\.output)),
      "user_create_time": userCreateTime?.output,
      "user_last_modified_time": userLastModifiedTime?.output,
      "enabled": .boolean(enabled),
      "user_status": .text(userStatus.outputName),
      "mfa_options": .optional(
        mfaOptions.map {
          .fields([
            "delivery_medium": .text($0.deliveryMedium.outputName),
            "attribute_name": .text($0.attributeName),
          ])
        }),
      "sub": .optional(sub),
      "user_pool_id": .optional(userPoolID),
    ])
  }
}

extension ProvisioningV1.UserAttribute {
  fileprivate var output: OutputValue {
    .fields(["name": .text(name), "value": .text(value)])
  }
}

extension ProvisioningV1.Invitation {
  fileprivate var output: OutputValue {
    .fields([
      "state": .text(state.outputName),
      "mediums": .optional(mediums.map { .text($0.outputName) }),
      "failure_reason": .optional(failureReason),
    ])
  }
}

extension ProvisioningV1.PolicyDecision {
  fileprivate var output: OutputValue {
    .fields(["field": .text(field), "rule": .text(rule), "effect": .text(effect.outputName)])
  }
}

extension ProvisioningV1.EffectiveRequest {
  fileprivate var output: OutputValue {
    .fields([
      "user_pool_id": .text(userPoolID),
      "username": .text(username),
      "user_attributes": .optional(userAttributes.map(\.output)),
      "validation_data": .optional(validationData.map(\.output)),
      "force_alias_creation": .boolean(forceAliasCreation),
      "message_action": .text(messageAction.outputName),
      "desired_delivery_mediums": .optional(desiredDeliveryMediums.map { .text($0.outputName) }),
      "client_metadata": clientMetadata.isEmpty
        ? nil
        : .object(
          clientMetadata.entries.map { OutputField(name: $0.key, value: .text($0.value)) }),
    ])
  }
}

extension ProvisioningV1.AuditEvent {
  var output: OutputValue {
    .fields([
      "event_id": .text(eventID),
      "kind": .text(kind.outputName),
      "event_time": eventTime?.output,
      "duration_us": duration.map { .integer($0.seconds * 1_000_000 + Int64($0.nanos) / 1000) },
      "creation_id": .optional(creationID),
      "request_id": .optional(requestID),
      "caller": .text(caller),
      "caller_authentication": .text(callerAuthentication.outputName),
      "on_behalf_of": .optional(onBehalfOf),
      "peer": .optional(peer),
      "organization": .optional(organization),
      "user_pool_id": .optional(userPoolID),
      "region": .optional(region),
      "policy_digest": .optional(policyDigest),
      "policy_decisions": .optional(policyDecisions.map(\.output)),
      "user_hash": .optional(userHash),
      "email_hash": .optional(emailHash),
      "phone_hash": .optional(phoneHash),
      "key_epoch": keyEpoch == 0 ? nil : .integer(Int64(clamping: keyEpoch)),
      "sub": .optional(sub),
      "invitation": invitation?.output,
      "upstream": upstream.map {
        .fields([
          "request_id": .optional($0.requestID), "http_status": .integer(Int64($0.httpStatus)),
          "error_type": .optional($0.errorType),
        ])
      },
      "reason": .optional(reason),
      "fields": .optional(fields.map { .text($0) }),
      "count": count == 0 ? nil : .integer(Int64(clamping: count)),
    ])
  }
}

extension GoogleProtobuf.Timestamp {
  /// RFC 3339 in UTC, as the JSON mapping of protobuf has it.
  var output: OutputValue {
    let date = Date(timeIntervalSince1970: TimeInterval(seconds) + TimeInterval(nanos) / 1e9)
    return .text(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }
}

extension ProtobufEnum {
  /// The value's name in the contract without its prefix, e.g. `FORCE_CHANGE_PASSWORD`; the number
  /// of one that this client does not know.
  var outputName: String {
    let name = String(describing: self)
    guard !name.hasPrefix("unrecognized") else { return String(number) }
    return name.reduce(into: "") { text, character in
      if character.isUppercase { text.append("_") }
      text += character.uppercased()
    }
  }
}
