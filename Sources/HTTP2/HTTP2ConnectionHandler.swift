import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Confines one HTTP/2 session to its channel's event loop: meters and feeds it what arrives, routes
/// its events to streams, and drains its output into one write for each batch of input.
final class HTTP2ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Fired through the pipeline.
  enum Order {
    /// Begin a graceful end: no new streams, those in flight finish.
    case shutDown
    /// End now: what has been answered leaves, streams in flight are lost.
    case close
  }

  /// Bytes fed to the session at once: a TLS handler may hand over much more.
  private static let pieceSize = 1 << 16

  let id = HTTP2Identifier.next()
  let session: HTTP2Session
  let role: HTTP2Session.Role
  let channel: any Channel
  let limits: HTTP2Limits
  let logger: Logger?
  let isSecured: Bool
  let makeDelegate: ((HTTP2Stream) -> any HTTP2StreamDelegate)?
  /// Made for the first stream: from then on the peer's address is known.
  private(set) lazy var connection = HTTP2ConnectionInfo(
    channel: channel, peerCertificates: peerCertificates)

  /// The time of the batch at work.
  var now: NIODeadline
  var streams = StreamTable()
  var statistics = ConnectionStatistics()
  var lastTimes = LastTimes()
  var life: ConnectionStateMachine
  var patience: PeerPatience
  var budget: AbuseBudget
  var timer = ConnectionTimer()
  /// When the streams are next looked at for progress; nil without streams.
  var nextInspection: NIODeadline?
  var context: ChannelHandlerContext?
  var batch: [HTTP2Event] = []
  var output = ByteBuffer()
  /// Whether the channel takes bytes, as it told last.
  private(set) var isWritable = true
  var isReading = false
  var isFlushing = false
  var isFlushScheduled = false
  var needsFlush = false
  var isClosing = false
  /// Whether HTTP/2 may be spoken: at once in clear text, over TLS after the handshake.
  private(set) var isReady = false

  let flushes: LoopFlushes
  let admission: OpenConnections?
  private let ready: EventLoopPromise<NIOLoopBound<HTTP2ConnectionHandler>>?
  /// The peer has made us reset a stream by breaking the protocol.
  var hasOffended = false
  private var meter: FrameMeter
  private var readPieces = ReadPieces.large
  private var peerCertificates: [[UInt8]] = []

  /// - Parameters:
  ///   - isSecured: a TLS handler stands in front of this one.
  ///   - flushes: those of the channel's event loop; nil for a connection by itself.
  ///   - admission: who may turn the connection away once the peer's address is known.
  ///   - ready: told when HTTP/2 may be spoken, or why that never comes.
  ///   - makeDelegate: called for each request (server); nil for a client.
  init(
    role: HTTP2Session.Role, channel: any Channel, limits: HTTP2Limits, logger: Logger? = nil,
    isSecured: Bool = false, flushes: LoopFlushes? = nil, admission: OpenConnections? = nil,
    ready: EventLoopPromise<NIOLoopBound<HTTP2ConnectionHandler>>? = nil,
    makeDelegate: ((HTTP2Stream) -> any HTTP2StreamDelegate)?
  ) throws(HTTP2Error) {
    var limits = limits
    if role == .client {
      limits.life = .client
      limits.patience = .client
    }
    session = try HTTP2Session(role: role, limits: limits)
    now = channel.eventLoop.now
    life = ConnectionStateMachine(limits.life, jitter: .random(in: -1...1), at: now)
    patience = PeerPatience(limits.patience)
    budget = AbuseBudget(limits.abuse, at: now)
    meter = FrameMeter(prefaceSize: role == .server ? FrameMeter.prefaceSize : 0)
    self.role = role
    self.channel = channel
    self.limits = limits
    self.logger = logger
    self.isSecured = isSecured
    self.flushes = flushes ?? LoopFlushes(eventLoop: channel.eventLoop, mostWaitingOrders: 0)
    self.admission = admission
    self.ready = ready
    self.makeDelegate = makeDelegate
  }

  // MARK: Channel events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if channel.isActive {
      accept()
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    timer.cancel()
    closeStreams()
  }

  func channelActive(context: ChannelHandlerContext) {
    accept()
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    timer.cancel()
    ready?.fail(ChannelError.eof)
    closeStreams()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isReady, !isClosing else { return }
    isReading = true
    now = context.eventLoop.now
    life.received(at: now)
    var bytes = unwrapInboundIn(data)
    statistics.bytesReceived += bytes.readableBytes
    let (size, framesBefore) = (bytes.readableBytes, statistics.framesReceived)
    while let piece = bytes.readSlice(length: min(bytes.readableBytes, Self.pieceSize)),
      piece.readableBytes > 0
    {
      receive(piece)
      if isClosing { return }
    }
    readInPieces(
      hasOffended
        ? .small
        : ReadPieces(afterFrames: statistics.framesReceived - framesBefore, bytes: size))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    scheduleFlush()
    flushes.flushIfMuchWaits()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = channel.isWritable
    if isWritable {
      now = context.eventLoop.now
      flush()
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let order = event as? Order {
      obey(order)
    } else if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
      finishHandshake(negotiated, context: context)
    } else if case .inputClosed? = event as? ChannelEvent {
      endInput()
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .uncleanShutdown? = error as? NIOSSLError, isReady {
      // TCP ended without a word of TLS: nothing of HTTP/2 can be cut short unseen by that, and
      // TLS would wait for an answer to its own last word.
      endInput()
      return channel.closeAtOnce()
    }
    ready?.fail(error)
    context.close(promise: nil)
  }

  // MARK: Beginning

  private func accept() {
    if let admission, let address = channel.remoteAddress?.ipAddress,
      !admission.admit(channel, from: address)
    {
      isClosing = true
      return channel.close(promise: nil)
    }
    if isSecured {
      patience.begin(.handshake, at: now)
      armTimer()
    } else {
      begin()
    }
  }

  private func begin() {
    isReady = true
    ready?.succeed(NIOLoopBound(self, eventLoop: channel.eventLoop))
    patience.begin(.preface, at: now)
    patience.begin(.settingsAcknowledgement, at: now)
    flush()
  }

  /// HTTP/2 is spoken only where both sides have agreed on it (RFC 9113 §3.2), and only with a
  /// certificate that is still valid: a resumed session is not verified again.
  private func finishHandshake(_ negotiated: String?, context: ChannelHandlerContext) {
    now = context.eventLoop.now
    patience.end(.handshake)
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
    begin()
  }

  // MARK: Input

  /// The peer says no more: what it was answered in this turn of the loop leaves before the
  /// connection closes.
  private func endInput() {
    now = channel.eventLoop.now
    flush()
    channel.close(promise: nil)
  }

  private func readInPieces(_ pieces: ReadPieces) {
    guard pieces != readPieces, role == .server else { return }
    readPieces = pieces
    // A channel without the option reads as it likes.
    try? channel.syncOptions?.setOption(.recvAllocator, value: pieces.allocator(limits))
  }

  /// Charges what the bytes hold before the session works on them.
  private func receive(_ bytes: ByteBuffer) {
    meter.scan(bytes.readableBytesUInt8Span)
    let counts = meter.counts
    meter.counts = FrameCounts()
    statistics.framesReceived += counts.total
    guard role == .client || admits(counts) else { return }
    do {
      try session.receive(bytes)
      route(bytes)
    } catch {
      route(bytes)
      return fail(error)
    }
    if session.excessHeaderOctets > 0 {
      let octets = session.excessHeaderOctets
      session.excessHeaderOctets = 0
      if let abuse = budget.charge(excessHeaderOctets: octets, at: now) {
        return fail(HTTP2Error(abuse))
      }
    }
    patience.observe(meter, at: now)
    if session.hasSettings { patience.end(.preface) }
    if session.areSettingsAcknowledged { patience.end(.settingsAcknowledgement) }
  }

  private func admits(_ counts: FrameCounts) -> Bool {
    if counts.longestSection > limits.continuations {
      fail(HTTP2Error(.continuations))
    } else if let abuse = budget.charge(counts, at: now) {
      fail(HTTP2Error(abuse))
    } else if counts.pings > 0, let effect = life.receivedPings(counts.pings, at: now) {
      perform(effect)
    }
    return !isClosing
  }
}
