import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Confines one HTTP/2 session to its channel's event loop: feeds it with what arrives, routes its
/// events to streams, and drains its output into one write for each batch of input.
final class HTTP2ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Fired through the pipeline to begin a graceful end: no new streams, those in flight finish.
  enum Order {
    case shutDown
  }

  /// How long a last write may wait for a peer that does not read, before the socket is closed.
  static let closePatience = TimeAmount.seconds(1)

  /// Capacity of the output buffer that an idle connection keeps, in bytes.
  static let keptOutputCapacity = 1 << 14

  let session: HTTP2Session
  /// Made for the first stream: from then on the peer's address is known.
  private(set) lazy var connection = HTTP2ConnectionInfo(
    channel: channel, peerCertificates: peerCertificates)

  private let channel: any Channel
  private let logger: Logger?
  private let writeBatch: Int
  private let makeDelegate: ((HTTP2Stream) -> any HTTP2StreamDelegate)?
  private var context: ChannelHandlerContext?
  private var streams: [HTTP2Stream?] = []
  private var batch: [HTTP2Event] = []
  private var output = ByteBuffer()
  private var isReading = false
  private var isFlushing = false
  private var isFlushScheduled = false
  private var needsFlush = false
  private var isClosing = false
  /// Whether HTTP/2 may be spoken: at once in clear text, over TLS after the handshake.
  private var isReady: Bool
  private let ready: EventLoopPromise<Void>?
  private var peerCertificates: [[UInt8]] = []

  /// - Parameters:
  ///   - isSecured: a TLS handler stands in front of this one.
  ///   - ready: told when HTTP/2 may be spoken, or why that never comes.
  ///   - makeDelegate: called for each request (server); nil for a client.
  init(
    role: HTTP2Session.Role, channel: any Channel, limits: HTTP2Limits, logger: Logger? = nil,
    isSecured: Bool = false, ready: EventLoopPromise<Void>? = nil,
    makeDelegate: ((HTTP2Stream) -> any HTTP2StreamDelegate)?
  ) throws(HTTP2Error) {
    self.session = try HTTP2Session(role: role, limits: limits)
    self.channel = channel
    self.logger = logger
    self.writeBatch = limits.writeBatch
    self.makeDelegate = makeDelegate
    self.isReady = !isSecured
    self.ready = ready
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if channel.isActive {
      begin()
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    closeStreams()
  }

  func channelActive(context: ChannelHandlerContext) {
    begin()
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    ready?.fail(ChannelError.eof)
    closeStreams()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    isReading = true
    let bytes = unwrapInboundIn(data)
    do {
      try session.receive(bytes)
      route(bytes)
    } catch {
      route(bytes)
      fail(error)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if channel.isWritable {
      flush()
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .shutDown? = event as? Order {
      guard isReady else { return context.close(promise: nil) }
      session.submitGoaway()
      flush()
    } else if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
      finishHandshake(negotiated, context: context)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    ready?.fail(error)
    context.close(promise: nil)
  }

  private func begin() {
    guard isReady else { return }
    ready?.succeed()
    flush()
  }

  /// HTTP/2 is spoken only where both sides have agreed on it (RFC 9113 §3.2), and only with a
  /// certificate that is still valid: a resumed session is not verified again.
  private func finishHandshake(_ negotiated: String?, context: ChannelHandlerContext) {
    guard negotiated == TLSConfiguration.http2Protocol else {
      ready?.fail(HTTP2Error(.http11Required))
      return context.close(promise: nil)
    }
    do {
      if let certificate = try context.pipeline.syncOperations.nioSSL_peerCertificate() {
        guard certificate.isUnexpired(at: .now) else { return context.close(promise: nil) }
        peerCertificates = [try certificate.toDERBytes()]
      }
    } catch {
      return errorCaught(context: context, error: error)
    }
    isReady = true
    begin()
  }

  // MARK: Orders

  /// Opens a stream (client). The delegate is told of a failure after this has returned.
  func open(
    headers: HeaderFields, endStream: Bool, delegate: any HTTP2StreamDelegate
  ) -> HTTP2Stream {
    if !isClosing, channel.isActive,
      let key = session.submitRequest(headers, endStream: endStream)
    {
      let stream = HTTP2Stream(
        key: key, handler: self, connection: connection, hasSentHeaders: true)
      stream.delegate = delegate
      insert(stream, at: key.slot)
      setNeedsFlush()
      return stream
    }
    let stream = HTTP2Stream(
      key: StreamKey(id: 0, slot: 0), handler: nil, connection: connection, hasSentHeaders: true)
    stream.delegate = delegate
    let refused = NIOLoopBound(stream, eventLoop: channel.eventLoop)
    channel.eventLoop.execute {
      refused.value.close(error: .refusedStream)
    }
    return stream
  }

  /// Sends GOAWAY and closes; streams in flight end with the connection.
  func terminate() {
    guard !isClosing else { return }
    guard isReady else { return channel.close(promise: nil) }
    session.terminate(.noError)
    flush()
  }

  /// Output is waiting: it leaves with the batch at work, or in one flush at the end of this tick
  /// of the loop, however many tasks have asked for it.
  func setNeedsFlush() {
    needsFlush = true
    guard !isReading, !isFlushing, !isFlushScheduled else { return }
    isFlushScheduled = true
    let handler = NIOLoopBound(self, eventLoop: channel.eventLoop)
    channel.eventLoop.execute {
      handler.value.isFlushScheduled = false
      handler.value.flush()
    }
  }

  // MARK: Output

  /// Drains the session while the channel takes bytes; a peer that does not read stops it here.
  private func flush() {
    guard isReady, !isFlushing, !isClosing, let context, channel.isActive else { return }
    isFlushing = true
    defer { isFlushing = false }
    var hasMore = true
    while hasMore || needsFlush, !isClosing, channel.isWritable {
      needsFlush = false
      output.clear()
      do {
        hasMore = try session.drain(into: &output, upTo: writeBatch)
      } catch {
        fail(error)
        return
      }
      if output.readableBytes > 0 {
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
      }
      route(nil)
    }
    if output.storageCapacity > Self.keptOutputCapacity {
      output = ByteBuffer()
    }
    if !isClosing, session.isFinished {
      close(lastWords: ByteBuffer())
    }
  }

  /// Ends the connection after an error that the session does not survive. Its last GOAWAY is
  /// written here, because the library must not be asked for anything more.
  private func fail(_ error: HTTP2Error) {
    guard !isClosing else { return }
    logger?.debug(
      "HTTP/2 connection ended by an error",
      metadata: ["peer": "\(connection.peer)", "code": "\(error.code)"])
    var goaway = ByteBuffer()
    goaway.writeBytes([0, 0, 8, 7, 0, 0, 0, 0, 0])
    goaway.writeInteger(UInt32(0))
    goaway.writeInteger(error.code.rawValue)
    close(lastWords: goaway)
  }

  private func close(lastWords: ByteBuffer) {
    guard let context else { return }
    isClosing = true
    let channel = channel
    let written = context.eventLoop.makePromise(of: Void.self)
    let patience = context.eventLoop.scheduleTask(in: Self.closePatience) {
      channel.close(promise: nil)
    }
    written.futureResult.whenComplete { _ in
      patience.cancel()
      channel.close(promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(lastWords), promise: written)
  }

  // MARK: Events

  private func route(_ input: ByteBuffer?) {
    while !session.events.isEmpty {
      var events = batch
      batch = []
      session.takeEvents(into: &events)
      for event in events {
        route(event, input)
      }
      events.removeAll(keepingCapacity: true)
      batch = events
    }
  }

  private func route(_ event: HTTP2Event, _ input: ByteBuffer?) {
    switch event {
    case .headers(let key, let fields, let endStream):
      guard let stream = stream(key) ?? accept(key) else { return }
      stream.delegate?.streamDidReceive(headers: fields, endStream: endStream, on: stream)
    case .data(let key, let range, let endStream):
      guard let stream = stream(key) else {
        session.consume(range.count, on: key)
        return
      }
      let bytes = input.flatMap {
        $0.getSlice(at: $0.readerIndex + range.lowerBound, length: range.count)
      }
      stream.delegate?.streamDidReceive(
        data: bytes ?? ByteBuffer(), endStream: endStream, on: stream)
    case .drained(let key):
      guard let stream = stream(key) else { return }
      stream.delegate?.streamDidDrain(stream)
    case .closed(let key, let code):
      session.release(key)
      guard let stream = stream(key) else { return }
      streams[key.slot] = nil
      stream.close(error: code == .noError ? nil : code)
    }
  }

  private func accept(_ key: StreamKey) -> HTTP2Stream? {
    guard let makeDelegate, !isClosing else { return nil }
    let stream = HTTP2Stream(
      key: key, handler: self, connection: connection, hasSentHeaders: false)
    stream.delegate = makeDelegate(stream)
    insert(stream, at: key.slot)
    return stream
  }

  private func stream(_ key: StreamKey) -> HTTP2Stream? {
    guard key.slot < streams.count, let stream = streams[key.slot], stream.id == key.id else {
      return nil
    }
    return stream
  }

  private func insert(_ stream: HTTP2Stream, at slot: Int) {
    while streams.count <= slot {
      streams.append(nil)
    }
    streams[slot] = stream
  }

  private func closeStreams() {
    let open = streams
    streams = []
    for stream in open {
      stream?.close(error: .connectionLost)
    }
  }
}
