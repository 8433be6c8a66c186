import NIOCore
import NIOHTTP1

/// Turns a request into bytes in one write: the body part carries the whole message, head and body,
/// as it was signed. The head part is there for the response decoder, which must know the method,
/// and goes no further.
final class UpstreamRequestEncoder: ChannelOutboundHandler {
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = ByteBuffer

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .body(.byteBuffer(let message)): context.write(wrapOutboundOut(message), promise: promise)
    case .body, .head, .end: promise?.succeed()
    }
  }
}
