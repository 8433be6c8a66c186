/// The messages of `proto/grpc/channelz/v1` that a server needs: it opens no channels, and neither
/// traces nor socket options are kept.
package enum GRPCChannelzV1 {}
