/// The messages of `proto/grpc/reflection/v1`.
package enum GRPCReflectionV1 {}

/// The messages of `proto/grpc/reflection/v1alpha`: on the wire the same as those of v1.
package typealias GRPCReflectionV1Alpha = GRPCReflectionV1
