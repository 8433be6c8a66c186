/// The messages of `proto/provisioning/v1`.
package enum ProvisioningV1 {}
