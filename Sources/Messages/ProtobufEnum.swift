import CMessages

/// An enum of the contract. Numbers that this version does not know are kept, because proto3 enums
/// are open.
package protocol ProtobufEnum: Hashable, Sendable {
  /// The case of a number of the contract, else `unrecognized`.
  init(number: Int32)
  /// The number on the wire.
  var number: Int32 { get }
}

/// An enum of the generated C, whose numbers are kept as they came.
protocol CEnum {
  init(_ rawValue: UInt32)
  var rawValue: UInt32 { get }
}

extension Provisioning__V1__MessageAction: CEnum {}
extension Provisioning__V1__DeliveryMedium: CEnum {}
extension Provisioning__V1__UserStatus: CEnum {}
extension Provisioning__V1__InvitationState: CEnum {}
extension Provisioning__V1__Effect: CEnum {}
extension Provisioning__V1__CreationState: CEnum {}
extension Provisioning__V1__Evidence: CEnum {}
extension Provisioning__V1__AuditEventKind: CEnum {}
extension Provisioning__V1__CallerAuthentication: CEnum {}
extension Grpc__Health__V1__HealthCheckResponse__ServingStatus: CEnum {}
