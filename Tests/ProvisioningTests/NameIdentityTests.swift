import Testing

@testable import Provisioning

/// Names that `String` takes for one and the upstream for two.
@Suite("Names are the same byte by byte")
struct NameIdentityTests {
  /// U+212B, and U+0041 with U+030A: canonically equivalent, three bytes each.
  static let angstrom = "\u{212B}"
  static let letter = "A\u{30A}"

  static let attribute = "custom:" + angstrom
  static let otherAttribute = "custom:" + letter

  @Test("The examples are what they are said to be")
  func examples() {
    #expect(Self.angstrom == Self.letter)
    #expect(Self.angstrom.utf8.count == Self.letter.utf8.count)
  }

  @Test("A set of names")
  func set() {
    let set = NameSet([Self.angstrom])
    #expect(set.contains(Self.angstrom))
    #expect(!set.contains(Self.letter))
    #expect(Set([NameKey(Self.angstrom), NameKey(Self.letter)]).count == 2)
  }

  @Test("Text that only looks like ASCII is not taken for it")
  func lookalikes() {
    let ascii = (0..<0x80).map { String(Unicode.Scalar(UInt8($0))) }
    let known = Set(ascii)
    let others = (0x80...0xFFFF).compactMap { Unicode.Scalar($0).map(String.init) }
    let lookalikes = others.filter(known.contains)
    #expect(lookalikes.contains("\u{212A}"))
    let set = NameSet(ascii)
    for text in lookalikes {
      #expect(!ascii.contains(where: text.hasSameBytes(asASCII:)))
      #expect(!set.contains(text))
    }
    for text in ascii { #expect(text.hasSameBytes(asASCII: text) && set.contains(text)) }
  }

  @Test("A fixed or default value is for its own name")
  func values() throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.values = MapRule(
          default: try entries([Self.otherAttribute: "d"]),
          fixed: try entries([Self.attribute: "f"]))
        $0.clientMetadata.fixed = try entries([Self.angstrom: "f"])
      })
    let request = makeRequest {
      $0.userAttributes = [.init(name: "email", value: "ada@example.com")]
      $0.clientMetadata = [MetadataEntry(key: Self.letter, value: "asked")]
    }
    let specification = try evaluate(policy, request).specification
    #expect(
      specification.userAttributes.dropFirst().map { Array(($0.name + $0.value).utf8) }
        == [Array((Self.attribute + "f").utf8), Array((Self.otherAttribute + "d").utf8)])
    #expect(
      specification.clientMetadata.map { Array(($0.key + $0.value).utf8) }
        == [Array((Self.letter + "asked").utf8), Array((Self.angstrom + "f").utf8)])
  }

  @Test("A fixed value replaces one that only looks like it")
  func fixedValue() throws {
    let policy = try makePolicy(
      company: try rules { $0.clientMetadata.fixed = try entries(["by": Self.angstrom]) })
    let request = makeRequest { $0.clientMetadata = [MetadataEntry(key: "by", value: Self.letter)] }
    let evaluation = try evaluate(policy, request)
    #expect(
      evaluation.specification.clientMetadata.map { Array($0.value.utf8) }
        == [Array(Self.angstrom.utf8)])
    #expect(evaluation.decisions.map(\.field).contains("client_metadata[by]"))
  }

  @Test("Two attributes that look alike are no repetition, in short lists and in long ones")
  func repetition() throws {
    for filling in [0, 20] {
      let request = makeRequest {
        $0.userAttributes += (0..<filling).map { .init(name: "custom:\($0)", value: "") }
        $0.userAttributes += [Self.attribute, Self.otherAttribute].map {
          .init(name: $0, value: "")
        }
      }
      #expect(RequestValidation.violations(of: request).isEmpty)
    }
  }

  @Test("A name that is allowed, forbidden or required is no other")
  func attributeLists() throws {
    let policy = try makePolicy(
      company: rules {
        $0.attributes.allow = ["email", Self.attribute]
        $0.attributes.forbidden = [Self.otherAttribute]
        $0.attributes.required = [Self.attribute]
      })
    func answer(to name: String) -> ProvisioningError? {
      let request = makeRequest { $0.userAttributes[1] = .init(name: name, value: "v") }
      return thrown { () throws(ProvisioningError) in try evaluate(policy, request) }
    }
    #expect(answer(to: Self.attribute) == nil)
    #expect(answer(to: Self.otherAttribute)?.isForbidden == true)
    #expect(throws: PolicyRuleError.self) {
      try makePolicy(
        company: rules {
          $0.attributes.allow = [Self.attribute]
          $0.attributes.required = [Self.otherAttribute]
        })
    }
  }

  private func twoOrganizations(callers: [Caller] = [fullCaller]) throws -> Policy {
    func entry(_ name: String, _ pool: UserPool) -> OrganizationEntry {
      OrganizationEntry(name: name, rules: rules { $0.userPools = [pool] })
    }
    return try Policy(
      digest: "d1", company: PolicyRules(),
      organizations: [entry(Self.angstrom, acmePools[0]), entry(Self.letter, acmePools[1])],
      callers: callers.map(anonymous))
  }

  @Test("Organizations that look alike have rules of their own")
  func organizations() throws {
    let policy = try twoOrganizations()
    for (name, pool) in zip([Self.angstrom, Self.letter], acmePools) {
      let evaluation = try evaluate(policy, makeRequest { $0.organization = name })
      #expect(evaluation.specification.pool == pool)
      #expect(evaluation.organization.hasSameBytes(as: name))
    }
  }

  @Test("A grant is for one organization, and another name is nobody's")
  func grants() throws {
    var caller = fullCaller
    caller.organizations = .only([Self.angstrom])
    let policy = try twoOrganizations(callers: [caller])
    let refusal = ProvisioningError.refused(.organizationNotGranted)
    let request = makeRequest { $0.organization = Self.letter }
    #expect(
      thrown { () throws(ProvisioningError) in try evaluate(policy, request, caller: caller) }
        == refusal)
    let single = try makePolicy()
    // U+00C5: the composed form.
    let composed = makeRequest { $0.organization = "\u{C5}" }
    #expect(thrown { () throws(ProvisioningError) in try evaluate(single, composed) } == refusal)
    #expect(throws: PolicyRuleError.self) {
      var stray = caller
      stray.organizations = .only([Self.letter])
      _ = try Policy(
        digest: "d1", company: PolicyRules(),
        organizations: [
          OrganizationEntry(
            name: Self.angstrom, rules: rules { $0.userPools = acmePools })
        ], callers: [anonymous(stray)])
    }
  }

  @Test("A pool that only looks like the organization's is another")
  func pool() throws {
    let policy = try makePolicy(
      acme: rules { $0.userPools = [UserPool(id: "us-east-1_K", region: "us-east-1")] })
    // U+212A is the sign of the kelvin.
    let request = makeRequest { $0.userPoolID = "us-east-1_\u{212A}" }
    let error = thrown { () throws(ProvisioningError) in try evaluate(policy, request) }
    #expect(error?.fields == ["user_pool_id"])
  }
}
