import CMessages

extension ProvisioningV1 {
  /// Which organization's rules are asked for.
  package struct GetPolicyRequest: Equatable, Sendable {
    /// Name of the organization in the policy document.
    package var organization: String

    package init(organization: String = "") {
      self.organization = organization
    }
  }
}

extension ProvisioningV1.GetPolicyRequest: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_policy_request__unpack)
}

extension ProvisioningV1.GetPolicyRequest: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetPolicyRequest>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetPolicyRequest>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_policy_request__init(target)
    unsafe target.pointee.organization = arena.text(organization)
  }
}

extension ProvisioningV1 {
  /// The effective rules of an organization.
  package struct GetPolicyResponse: Equatable, Sendable {
    /// The organization.
    package var organization: String
    /// Digest of the policy document in force, in lower-case hexadecimal.
    package var policyDigest: String
    /// The rules of the company and of the organization merged, in the policy document's own
    /// language.
    package var rulesYaml: String

    package init(organization: String = "", policyDigest: String = "", rulesYaml: String = "") {
      self.organization = organization
      self.policyDigest = policyDigest
      self.rulesYaml = rulesYaml
    }
  }
}

extension ProvisioningV1.GetPolicyResponse: ProtobufMessage {
  package static let coding = unsafe MessageCoding<Self>(
    unpack: provisioning__v1__get_policy_response__unpack)
}

extension ProvisioningV1.GetPolicyResponse: @unsafe CRepresentable {
  init(
    _ source: UnsafePointer<Provisioning__V1__GetPolicyResponse>, _ reader: inout MessageReader,
    _ path: () -> String
  ) {
    self.init(
      organization: unsafe reader.text(source.pointee.organization, "\(path())organization"),
      policyDigest: unsafe reader.text(source.pointee.policy_digest, "\(path())policy_digest"),
      rulesYaml: unsafe reader.text(source.pointee.rules_yaml, "\(path())rules_yaml"))
  }

  func fill(
    _ target: UnsafeMutablePointer<Provisioning__V1__GetPolicyResponse>, _ arena: inout Arena
  ) {
    unsafe provisioning__v1__get_policy_response__init(target)
    unsafe target.pointee.organization = arena.text(organization)
    unsafe target.pointee.policy_digest = arena.text(policyDigest)
    unsafe target.pointee.rules_yaml = arena.text(rulesYaml)
  }
}
