import Foundation
import SwiftProtobuf

/// The pool of policy.yaml.
let userPool = "us-east-1_Bench0001"

extension Provisioning_V1_CreateUserRequest {
  /// What policy.yaml fills in and fixes.
  mutating func applyDefaults() {
    if messageAction == .unspecified { messageAction = .send }
    let hasLocale = userAttributes.contains { $0.name == "locale" }
    userAttributes.append(.with { ($0.name, $0.value) = ("custom:provisioned_by", "bench") })
    if !hasLocale {
      userAttributes.append(.with { ($0.name, $0.value) = ("locale", "en-GB") })
    }
    userPoolID = userPool
  }
}

extension Provisioning_V1_CreateUserResponse {
  /// What the service says of this request under policy.yaml, word for word.
  private static let decisions = [
    decision(
      "user_attributes[custom:provisioned_by]", "company.attributes.fixed.custom:provisioned_by",
      .fixed),
    decision("user_attributes[locale]", "company.attributes.default.locale", .defaulted),
    decision("message_action", "company.message_action.default", .defaulted),
  ]
  private static let digest = String(repeating: "0", count: 64)

  private static func decision(
    _ field: String, _ rule: String, _ effect: Provisioning_V1_Effect
  ) -> Provisioning_V1_PolicyDecision {
    .with { ($0.field, $0.rule, $0.effect) = (field, rule, effect) }
  }

  static func validated(_ request: Provisioning_V1_CreateUserRequest) -> Self {
    .with { response in
      response.effectiveRequest = .with {
        $0.userPoolID = request.userPoolID
        $0.username = request.username
        $0.userAttributes = request.userAttributes
        $0.validationData = request.validationData
        $0.forceAliasCreation = request.forceAliasCreation
        $0.messageAction = request.messageAction
        $0.desiredDeliveryMediums = request.desiredDeliveryMediums
        $0.clientMetadata = request.clientMetadata
      }
      response.policyDecisions = decisions
      response.policyDigest = digest
    }
  }

  static func created(_ user: CreatedUser, asked: Provisioning_V1_CreateUserRequest) -> Self {
    .with { response in
      response.user = .with {
        $0.username = user.username
        $0.attributes = user.attributes.map { attribute in
          .with { ($0.name, $0.value) = (attribute.name, attribute.value) }
        }
        $0.userCreateTime = Google_Protobuf_Timestamp(roundingTimeIntervalSince1970: user.created)
        $0.userLastModifiedTime = Google_Protobuf_Timestamp(
          roundingTimeIntervalSince1970: user.modified)
        $0.enabled = user.enabled
        $0.userStatus = user.status == "FORCE_CHANGE_PASSWORD" ? .forceChangePassword : .unknown
        $0.sub = user.attributes.first { $0.name == "sub" }?.value ?? ""
        $0.userPoolID = userPool
      }
      response.invitation = .with {
        $0.state = asked.messageAction == .suppress ? .suppressed : .sent
        $0.mediums = [.sms, .email]
      }
      response.creationID = UUID().uuidString.lowercased()
      response.requestID = UUID().uuidString.lowercased()
      response.policyDecisions = decisions
      response.policyDigest = digest
    }
  }
}
