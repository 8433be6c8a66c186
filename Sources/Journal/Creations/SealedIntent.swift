import Foundation
import Provisioning

/// What recovery and replay need of a creation's intent, as it is sealed: canonical JSON, with the
/// version of its layout. Never a password.
enum SealedIntent {
  /// The layout that this release writes.
  private static let version: Int64 = 1

  static func write(_ intent: CreationIntent, to json: inout CanonicalJSON) {
    let specification = intent.specification
    json.object { json in
      write("attributes", specification.userAttributes, to: &json)
      json.member("auth", intent.origin.authentication.rawValue)
      if !intent.decisions.isEmpty {
        json.name("decisions")
        json.array(intent.decisions) { json, decision in
          json.object { json in
            json.member("effect", decision.effect.rawValue)
            json.member("field", decision.field)
            json.member("rule", decision.rule)
          }
        }
      }
      json.member("force_alias", specification.forceAliasCreation ? 1 : nil)
      json.name("mediums")
      json.array(specification.desiredDeliveryMediums) { json, medium in
        json.string(medium.rawValue)
      }
      json.member("message", specification.messageAction.rawValue)
      if !specification.clientMetadata.isEmpty {
        json.name("metadata")
        json.array(specification.clientMetadata) { json, entry in
          json.pair(entry.key, entry.value)
        }
      }
      json.member("on_behalf_of", intent.origin.onBehalfOf)
      json.member("peer", intent.origin.peer)
      json.member("policy_digest", intent.policyDigest)
      json.member("region", specification.pool.region)
      json.member("repeatable", intent.reference.isRepeatable ? 1 : nil)
      json.member("role", specification.pool.roleARN)
      json.member("username", specification.username)
      json.member("v", version)
      write("validation", specification.validationData, to: &json)
    }
  }

  private static func write(
    _ name: StaticString, _ attributes: [UserAttribute], to json: inout CanonicalJSON
  ) {
    guard !attributes.isEmpty else { return }
    json.name(name)
    json.array(attributes) { json, attribute in
      json.pair(attribute.name, attribute.value)
    }
  }

  /// - Returns: `nil` for a layout or a value that this release does not know.
  static func intent(from bytes: Data, row: CreationRow) -> CreationIntent? {
    guard let layout = try? JSONDecoder.snakeCase.decode(Layout.self, from: bytes),
      layout.v == version, let creationID = Identifier(bytes: row.creationID),
      let authentication = CallerAuthentication(rawValue: layout.auth),
      let action = MessageAction(rawValue: layout.message),
      let mediums = all(layout.mediums, { DeliveryMedium(rawValue: $0) }),
      let decisions = all(layout.decisions ?? [], \.decision),
      let attributes = all(layout.attributes ?? [], \.attribute),
      let validation = all(layout.validation ?? [], \.attribute),
      let metadata = all(layout.metadata ?? [], \.attribute)
    else { return nil }
    return CreationIntent(
      reference: CreationReference(
        creationID: creationID, requestID: row.requestID,
        isRepeatable: layout.repeatable == 1),
      origin: CallOrigin(
        callerID: row.callerID, authentication: authentication, onBehalfOf: layout.onBehalfOf,
        peer: layout.peer),
      organization: row.organization, policyDigest: layout.policyDigest, decisions: decisions,
      specification: .recorded(
        pool: UserPool(id: row.poolID, region: layout.region, roleARN: layout.role),
        username: layout.username,
        userAttributes: attributes, validationData: validation,
        forceAliasCreation: layout.forceAlias == 1, messageAction: action,
        desiredDeliveryMediums: mediums,
        clientMetadata: metadata.map { MetadataEntry(key: $0.name, value: $0.value) }))
  }

  private struct Layout: Decodable {
    var attributes: [[String]]?
    var auth: String
    var decisions: [Decision]?
    var forceAlias: Int?
    var mediums: [String]
    var message: String
    var metadata: [[String]]?
    var onBehalfOf: String?
    var peer: String
    var policyDigest: String
    var region: String
    var repeatable: Int?
    var role: String?
    var username: String
    var v: Int64
    var validation: [[String]]?
  }

  struct Decision: Decodable {
    var effect: String
    var field: String
    var rule: String

    var decision: PolicyDecision? {
      PolicyDecision.Effect(rawValue: effect).map {
        PolicyDecision(field: field, rule: rule, effect: $0)
      }
    }
  }
}

extension [String] {
  /// A pair of name and value; `nil` for anything else.
  var attribute: UserAttribute? {
    count == 2 ? UserAttribute(name: self[0], value: self[1]) : nil
  }
}

extension JSONDecoder {
  static var snakeCase: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}

extension Identifier {
  /// Of 16 bytes in network order; `nil` for another count.
  init?(bytes: Data) {
    guard bytes.count == 16 else { return nil }
    func word(_ bytes: Data) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(high: word(bytes.prefix(8)), low: word(bytes.suffix(8)))
  }
}
