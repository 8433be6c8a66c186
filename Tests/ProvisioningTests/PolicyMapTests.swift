import Testing

@testable import Provisioning

@Suite("Attributes, client metadata, validation data and passwords")
struct PolicyMapTests {
  private func attributes(_ request: UserRequest, under rules: PolicyRules) throws
    -> ([UserAttribute], [PolicyDecision])
  {
    let evaluation = try evaluate(try makePolicy(company: rules), request)
    return (
      evaluation.specification.userAttributes,
      evaluation.decisions.filter { $0.field.hasPrefix("user_attributes") }
    )
  }

  @Test("A default fills an attribute that is not there, and leaves one that is")
  func defaults() throws {
    let company = try rules { $0.attributes.values.default = try entries(["locale": "en-GB"]) }
    let (filled, decisions) = try attributes(makeRequest(), under: company)
    #expect(filled.last == UserAttribute(name: "locale", value: "en-GB"))
    #expect(
      decisions == [
        PolicyDecision(
          field: "user_attributes[locale]", rule: "company.attributes.default.locale",
          effect: .defaulted)
      ])
    let given = makeRequest { $0.userAttributes.append(.init(name: "locale", value: "fr-FR")) }
    let (kept, none) = try attributes(given, under: company)
    #expect(kept == given.userAttributes)
    #expect(none.isEmpty)
  }

  @Test("A fixed value wins in the place where the request has the attribute")
  func fixed() throws {
    let company = try rules {
      $0.attributes.values.fixed = try entries(["email": "it@example.com"])
    }
    let (result, decisions) = try attributes(makeRequest(), under: company)
    #expect(result.first == UserAttribute(name: "email", value: "it@example.com"))
    #expect(result.count == 2)
    #expect(decisions.map(\.effect) == [.fixed])
    let same = makeRequest { $0.userAttributes[0].value = "it@example.com" }
    #expect(try attributes(same, under: company).1.isEmpty)
  }

  @Test("Variables take the values of the evaluation")
  func variables() throws {
    let company = try rules {
      $0.attributes.values.fixed = try entries([
        "custom:all":
          "${caller.id}/${caller.on_behalf_of}/${organization}/${creation.id}/${request.id}"
      ])
    }
    let (result, _) = try attributes(makeRequest(), under: company)
    #expect(
      result.last?.value
        == "billing/job-7/acme/01900000-0000-7000-8000-000000000001/\(someRequestID)")
  }

  @Test("required is looked at after default and fixed, and an empty value does not count")
  func required() throws {
    let company = try rules {
      $0.attributes.required = ["name", "locale"]
      $0.attributes.values.default = try entries(["locale": "en"])
    }
    let policy = try makePolicy(company: company)
    let missing = thrown { () throws(ProvisioningError) in try evaluate(policy, makeRequest()) }
    #expect(
      missing
        == .invalid([
          Violation(field: "user_attributes", description: "the attribute name is required")
        ]))
    let empty = makeRequest { $0.userAttributes.append(.init(name: "name", value: "")) }
    #expect(thrown { () throws(ProvisioningError) in try evaluate(policy, empty) } == missing)
    let given = makeRequest { $0.userAttributes.append(.init(name: "name", value: "Ada")) }
    #expect(throws: Never.self) { try evaluate(policy, given) }
  }

  struct NameCase: Sendable {
    var name: String
    var allow: [String]?
    var forbidden: [String] = []
    var isAllowed: Bool
  }

  static let nameCases: [NameCase] = [
    .init(name: "custom:x", allow: nil, isAllowed: true),
    .init(name: "custom:x", allow: ["custom:x"], isAllowed: true),
    .init(name: "custom:x", allow: ["name"], isAllowed: false),
    .init(name: "custom:x", allow: [], isAllowed: false),
    .init(name: "custom:x", allow: nil, forbidden: ["custom:x"], isAllowed: false),
    .init(name: "custom:X", allow: nil, forbidden: ["custom:x"], isAllowed: true),
    .init(
      name: "dev:custom:x", allow: ["custom:y"], forbidden: ["custom:x"], isAllowed: false),
    // Names that a caller may set only where allow names them.
    .init(name: "email_verified", allow: nil, isAllowed: false),
    .init(name: "phone_number_verified", allow: nil, isAllowed: false),
    .init(name: "sub", allow: nil, isAllowed: false),
    .init(name: "dev:custom:x", allow: nil, isAllowed: false),
    .init(name: "email_verified", allow: ["email_verified"], isAllowed: true),
    .init(name: "dev:custom:x", allow: ["dev:custom:x"], isAllowed: true),
    .init(name: "dev:custom:x", allow: ["custom:x"], isAllowed: false),
  ]

  @Test("Which names a request may set", arguments: nameCases)
  func names(_ example: NameCase) throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.allow = example.allow.map { $0 + ["email"] }
        $0.attributes.forbidden = example.forbidden
      })
    let request = makeRequest {
      $0.userAttributes[1] = UserAttribute(name: example.name, value: "true")
    }
    let error = thrown { () throws(ProvisioningError) in try evaluate(policy, request) }
    #expect((error == nil) == example.isAllowed)
    if let error { #expect(error.isForbidden && error.fields == ["user_attributes[1].name"]) }
  }

  @Test("A fixed attribute may be named: its value is replaced, whatever allow says")
  func fixedBeyondAllow() throws {
    let company = try rules {
      $0.attributes.allow = ["email"]
      $0.attributes.values.fixed = try entries(["custom:by": "us"])
    }
    let request = makeRequest {
      $0.userAttributes[1] = UserAttribute(name: "custom:by", value: "them")
    }
    #expect(try attributes(request, under: company).0.last?.value == "us")
  }

  @Test("Client metadata and validation data have defaults and fixed values")
  func metadata() throws {
    let policy = try makePolicy(
      company: rules {
        $0.clientMetadata = MapRule(
          default: try entries(["tier": "basic"]), fixed: try entries(["id": "${creation.id}"]))
        $0.validationData = MapRule(
          default: try entries(["source": "web"]), fixed: try entries(["by": "${caller.id}"]))
      })
    let request = makeRequest {
      $0.clientMetadata = [MetadataEntry(key: "id", value: "forged")]
      $0.validationData = [UserAttribute(name: "source", value: "app")]
    }
    let evaluation = try evaluate(policy, request)
    #expect(
      evaluation.specification.clientMetadata == [
        MetadataEntry(key: "id", value: creationID.description),
        MetadataEntry(key: "tier", value: "basic"),
      ])
    #expect(
      evaluation.specification.validationData == [
        UserAttribute(name: "source", value: "app"), UserAttribute(name: "by", value: "billing"),
      ])
    #expect(
      evaluation.decisions.map(\.field) == [
        "validation_data[by]", "desired_delivery_mediums", "client_metadata[id]",
        "client_metadata[tier]",
      ])
  }

  @Test("What the policy says of a user's data does not apply to a resend")
  func resend() throws {
    let policy = try makePolicy(
      company: rules {
        $0.messageAction.allow = [.send, .resend]
        $0.desiredDeliveryMediums.default = .mediums([.email])
        $0.attributes.required = ["name"]
        $0.attributes.values = MapRule(
          default: try entries(["locale": "en"]), fixed: try entries(["custom:by": "us"]))
        $0.validationData.fixed = try entries(["by": "us"])
        $0.clientMetadata = MapRule(
          default: try entries(["tier": "basic"]), fixed: try entries(["by": "us"]))
        $0.forceAliasCreation.fixed = true
        ($0.passwordSource, $0.allowCallerPassword) = (.caller, true)
      })
    let request = makeRequest {
      $0.userAttributes = []
      $0.messageAction = .value(.resend)
    }
    let evaluation = try evaluate(policy, request)
    #expect(evaluation.specification.userAttributes.isEmpty)
    #expect(evaluation.specification.validationData.isEmpty)
    #expect(evaluation.specification.temporaryPassword == nil)
    #expect(evaluation.specification.madePassword == nil)
    #expect(evaluation.specification.clientMetadata.isEmpty)
    #expect(!evaluation.specification.forceAliasCreation)
    // What it says of the message does.
    #expect(evaluation.specification.desiredDeliveryMediums == [.email])
    #expect(evaluation.decisions.map(\.field) == ["desired_delivery_mediums"])
  }

  @Test("A resend passes its own data on, within what a request may ask for")
  func resendBounds() throws {
    let policy = try makePolicy(
      company: rules {
        $0.messageAction.allow = [.send, .resend]
        $0.attributes.forbidden = ["custom:is_admin"]
        $0.attributes.values.fixed = try entries(["email_verified": "false"])
        $0.validationData.fixed = try entries(["by": "${caller.id}"])
        $0.clientMetadata.fixed = try entries(["by": "${caller.id}"])
      })
    let request = makeRequest {
      $0.messageAction = .value(.resend)
      $0.clientMetadata = [.init(key: "reason", value: "lost"), .init(key: "by", value: "billing")]
    }
    #expect(try evaluate(policy, request).specification.clientMetadata == request.clientMetadata)
    let forged = makeRequest {
      $0.messageAction = .value(.resend)
      $0.userAttributes = [
        .init(name: "email_verified", value: "true"), .init(name: "custom:is_admin", value: "1"),
      ]
      $0.validationData = [.init(name: "by", value: "forged")]
      $0.clientMetadata = [.init(key: "by", value: "forged")]
      $0.forceAliasCreation = true
      $0.desiredDeliveryMediums = [.value(.email)]
    }
    let error = thrown { () throws(ProvisioningError) in try evaluate(policy, forged) }
    #expect(error?.isForbidden == true)
    #expect(
      error?.fields == [
        "user_attributes[1].name", "user_attributes[0].value", "validation_data[0].value",
        "force_alias_creation", "client_metadata[0].value",
      ])
  }

  struct PasswordCase: Sendable {
    var source: PasswordSource?
    var allow: Bool?
    var password: String
    var outcome: Outcome<String?>
  }

  static let passwordCases: [PasswordCase] = [
    .init(source: nil, allow: nil, password: "", outcome: .value(nil, nil)),
    .init(source: nil, allow: nil, password: "Secret-1", outcome: .forbidden),
    .init(source: .cognito, allow: true, password: "Secret-1", outcome: .value("Secret-1", nil)),
    .init(source: .cognito, allow: true, password: "", outcome: .value(nil, nil)),
    .init(source: .caller, allow: true, password: "Secret-1", outcome: .value("Secret-1", nil)),
    .init(source: .caller, allow: true, password: "", outcome: .invalid),
  ]

  @Test("temporary_password", arguments: passwordCases)
  func passwords(_ example: PasswordCase) throws {
    let policy = try makePolicy(
      company: rules {
        $0.passwordSource = example.source
        $0.allowCallerPassword = example.allow
      })
    let request = makeRequest { $0.temporaryPassword = Sensitive(example.password) }
    do throws(ProvisioningError) {
      let password = try evaluate(policy, request).specification.temporaryPassword
      #expect(example.outcome == .value(password?.exposed, nil))
    } catch {
      #expect(error.fields == ["temporary_password"])
      #expect(example.outcome == (error.isInvalid ? .invalid : .forbidden))
    }
  }
}
