import Testing

@testable import Provisioning

@Suite("Company and organization")
struct RuleMergingTests {
  private func ruleError(company: PolicyRules = PolicyRules(), acme: PolicyRules = PolicyRules())
    -> PolicyRuleError?
  {
    do throws(PolicyRuleError) {
      _ = try makePolicy(company: company, acme: acme)
      return nil
    } catch {
      return error
    }
  }

  @Test("An organization's keys replace the company's, key by key")
  func keyByKey() throws {
    let policy = try makePolicy(
      company: rules {
        $0.messageAction = .init(default: .send, allow: [.send, .suppress])
        $0.desiredDeliveryMediums = .init(default: .mediums([.email]), allow: [.email])
      },
      acme: rules {
        $0.messageAction.default = .suppress
        $0.desiredDeliveryMediums.fixed = .mediums([.sms])
      })
    let evaluation = try evaluate(policy, makeRequest())
    #expect(evaluation.specification.messageAction == .suppress)
    #expect(evaluation.specification.desiredDeliveryMediums == [.sms])
    #expect(
      evaluation.decisions.map(\.rule) == [
        "organizations.acme.message_action.default",
        "organizations.acme.desired_delivery_mediums.fixed",
      ])
    let resend = makeRequest { $0.messageAction = .value(.resend) }
    #expect(
      thrown { () throws(ProvisioningError) in try evaluate(policy, resend) }?.isForbidden == true)
  }

  @Test("Maps merge by name, and name the level that gave the value")
  func maps() throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.values = MapRule(
          default: try entries(["locale": "en-GB", "zoneinfo": "UTC"]),
          fixed: try entries(["custom:a": "company", "custom:b": "company"]))
      },
      acme: rules {
        $0.attributes.values = MapRule(
          default: try entries(["locale": "fr-FR", "custom:a": "unused"]),
          fixed: try entries(["custom:b": "acme", "custom:c": "acme"]))
      })
    let request = makeRequest { $0.userAttributes.removeLast() }
    let evaluation = try evaluate(policy, request)
    let values = evaluation.specification.userAttributes.dropFirst()
    #expect(
      values.map { "\($0.name)=\($0.value)" } == [
        "custom:a=company", "custom:b=acme", "custom:c=acme", "zoneinfo=UTC", "locale=fr-FR",
      ])
    #expect(
      evaluation.decisions.dropLast().map(\.rule) == [
        "company.attributes.fixed.custom:a", "organizations.acme.attributes.fixed.custom:b",
        "organizations.acme.attributes.fixed.custom:c", "company.attributes.default.zoneinfo",
        "organizations.acme.attributes.default.locale",
      ])
  }

  @Test("An organization cannot drop what the company forbids or fixes")
  func noDropping() throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.forbidden = ["custom:admin"]
        $0.attributes.values.fixed = try entries(["custom:by": "us"])
      },
      acme: rules {
        $0.attributes.forbidden = ["nickname"]
        $0.attributes.values.fixed = []
      })
    for name in ["custom:admin", "nickname", "dev:custom:admin"] {
      let request = makeRequest { $0.userAttributes[1] = UserAttribute(name: name, value: "1") }
      #expect(
        thrown { () throws(ProvisioningError) in try evaluate(policy, request) }?.isForbidden
          == true)
    }
    let attributes = try evaluate(policy, makeRequest()).specification.userAttributes
    #expect(attributes.contains(UserAttribute(name: "custom:by", value: "us")))
    let allowing = ruleError(
      company: rules { $0.attributes.forbidden = ["custom:admin"] },
      acme: rules { $0.attributes.allow = ["email", "dev:custom:admin"] })
    #expect(allowing?.path == ["organizations", "acme", "attributes", "allow", "[1]"])
    #expect(
      ruleError(
        company: rules { $0.attributes.allow = ["email", "custom:admin"] },
        acme: rules { $0.attributes.forbidden = ["custom:admin"] }) == nil)
  }

  @Test("Lists and pools are replaced whole")
  func lists() throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.required = ["name"]
        $0.userPools = [acmePools[0]]
      },
      acme: rules {
        $0.attributes.required = ["email"]
        $0.userPools = [acmePools[1]]
      })
    #expect(try evaluate(policy, makeRequest()).specification.pool == acmePools[1])
    #expect(policy.userPools == [acmePools[1]])
    let inherited = try makePolicy(company: rules { $0.userPools = acmePools })
    #expect(inherited.userPools == acmePools)
  }

  struct Contradiction: Sendable {
    var path: String
    var company = PolicyRules()
    var acme = PolicyRules()
  }

  static let contradictions: [Contradiction] = [
    .init(
      path: "company.message_action.default",
      company: rules { $0.messageAction = .init(default: .suppress, allow: [.send]) }),
    .init(
      path: "organizations.acme.message_action.default",
      company: rules { $0.messageAction.allow = [.send] },
      acme: rules { $0.messageAction.default = .suppress }),
    // Without a default it is SEND, which must be allowed, too.
    .init(
      path: "company.message_action.allow",
      company: rules { $0.messageAction.allow = [.suppress] }),
    .init(
      path: "company.message_action.allow", company: rules { $0.messageAction.allow = [] }),
    .init(
      path: "company.message_action.fixed", company: rules { $0.messageAction.fixed = .resend }),
    .init(
      path: "organizations.acme.message_action.default",
      acme: rules { $0.messageAction = .init(default: .resend, allow: [.resend]) }),
    .init(
      path: "company.force_alias_creation.default",
      company: rules { $0.forceAliasCreation.default = true }),
    .init(
      path: "company.force_alias_creation.allow",
      company: rules { $0.forceAliasCreation.allow = [true] }),
    .init(
      path: "company.desired_delivery_mediums.default",
      company: rules {
        $0.desiredDeliveryMediums = .init(default: .mediums([.email, .sms]), allow: [.email])
      }),
    .init(
      path: "company.temporary_password.source", company: rules { $0.passwordSource = .caller }),
    .init(
      path: "company.attributes.required[0]",
      company: rules {
        $0.attributes.required = ["name"]
        $0.attributes.allow = ["email"]
      }),
    .init(
      path: "company.attributes.required[1]",
      company: rules { $0.attributes.required = ["email", "email_verified"] }),
    .init(
      path: "company.attributes.allow[0]",
      company: rules {
        $0.attributes.allow = ["email"]
        $0.attributes.forbidden = ["email"]
      }),
    .init(
      path: "company.attributes.forbidden[0]",
      company: rules { $0.attributes.forbidden = ["is_admin"] }),
    .init(
      path: "organizations.acme.user_pools[0].id",
      acme: rules { $0.userPools = [UserPool(id: "us-east-1", region: "us-east-1")] }),
    .init(
      path: "organizations.acme.user_pools[0].region",
      acme: rules { $0.userPools = [UserPool(id: "us-east-1_A", region: "eu-west-1")] }),
    .init(
      path: "organizations.acme.user_pools[0].region",
      acme: rules { $0.userPools = [UserPool(id: "local_A", region: "local")] }),
    .init(
      path: "organizations.acme.user_pools[0].role_arn",
      acme: rules {
        $0.userPools = [UserPool(id: "us-east-1_A", region: "us-east-1", roleARN: "provision")]
      }),
    .init(
      path: "organizations.acme.user_pools[2].id",
      acme: rules { $0.userPools = acmePools + [acmePools[0]] }),
    .init(path: "organizations.acme.user_pools", acme: rules { $0.userPools = [] }),
  ]

  @Test("Rules that cannot hold are refused with their path", arguments: contradictions)
  func refusedRules(_ example: Contradiction) {
    let error = ruleError(company: example.company, acme: example.acme)
    #expect(error.map { PolicyRuleError.text(of: $0.path) } == example.path)
  }

  @Test("With fixed, default and allow are not used, so they cannot contradict it")
  func fixedEndsContradictions() throws {
    #expect(
      ruleError(
        company: rules {
          $0.messageAction = .init(default: .suppress, allow: [.send], fixed: .suppress)
        }) == nil)
    #expect(
      ruleError(
        company: try rules {
          $0.attributes.required = ["name"]
          $0.attributes.allow = ["email"]
          $0.attributes.values.default = try entries(["name": "x"])
        }) == nil)
  }

  @Test("Values of the policy keep the API's bounds")
  func values() throws {
    let long = String(repeating: "x", count: 2013)
    for (name, value) in [
      ("email", "nobody"), ("phone_number", "0049"), ("is_admin", "1"),
      ("custom:x", long + "${creation.id}"),
    ] {
      let error = ruleError(
        company: try rules {
          $0.attributes.values.fixed = [TemplateEntry(name: name, value: try template(value))]
        })
      #expect(error?.path == ["company", "attributes", "fixed", name])
    }
    #expect(
      ruleError(
        company: try rules {
          $0.attributes.values.fixed = try entries([
            "custom:x": "${creation.id}" + String(repeating: "x", count: 2012)
          ])
        }) == nil)
  }

  @Test("Callers: ids and organizations")
  func callers() {
    func error(_ callers: [Caller]) -> PolicyRuleError? {
      do throws(PolicyRuleError) {
        _ = try makePolicy(callers: callers)
        return nil
      } catch {
        return error
      }
    }
    var stranger = fullCaller
    stranger.organizations = .only(["acme", "nobody"])
    #expect(error([stranger])?.path == ["callers", "[0]", "organizations"])
    #expect(error([fullCaller, fullCaller])?.path == ["callers", "[1]", "id"])
    var second = fullCaller
    second.id = "second"
    #expect(error([fullCaller, second])?.path == ["callers", "[1]", "anonymous"])
    second.id = ""
    #expect(error([second])?.path == ["callers", "[0]", "id"])
    #expect(error([]) == nil)
  }

  @Test(
    "A refusal lists what is allowed, up to a bound",
    arguments: [
      (0, ": "), (2, ": aaaaaaaaaa, aaaaaaaaaa"), (102, ", aaaaaaaaaa"),
      (103, ", aaaaaaaaaa and 1 more"), (5_000, ", aaaaaaaaaa and 4898 more"),
    ])
  func allowedNames(count: Int, end: String) {
    let text = Violation.allowed(Array(repeating: "aaaaaaaaaa", count: count))
    #expect(text.hasPrefix("allowed: ") && text.hasSuffix(end))
    #expect(text.utf8.count < 1500)
  }
}

@Suite("ARNs of roles")
struct RoleARNTests {
  @Test(arguments: [
    "arn:aws:iam::123456789012:role/provision",
    "arn:aws-us-gov:iam::123456789012:role/a/b/c_+=,.@-",
    "arn:aws-cn:iam::000000000000:role/r",
  ])
  func roles(_ text: String) { #expect(UserPoolRules.isRoleARN(text)) }

  @Test(arguments: [
    "", "provision", "arn:aws:iam::123456789012:user/provision",
    "arn:aws:iam::12345678901:role/provision",
    "arn:aws:iam::1234567890123:role/provision", "arn:aws:sts::123456789012:role/provision",
    "arn:aws:iam:us-east-1:123456789012:role/provision", "arn:aws:iam::123456789012:role/",
    "arn:aws:iam::123456789012:role/a b", "arn:aws:iam::123456789012:role/é",
    "arn:aws:iam::123456789012:role/a&Action=x", "ARN:aws:iam::123456789012:role/provision",
    "arn:xaws:iam::123456789012:role/provision", "arn:AWS:iam::123456789012:role/provision",
    "arn:aws:iam::123456789012:role/provision:x", "arn:aws:iam::123456789012:role/a\n",
    "arn:aws:iam::123456789012:role/" + String(repeating: "a", count: 2048),
  ])
  func others(_ text: String) { #expect(!UserPoolRules.isRoleARN(text)) }
}
