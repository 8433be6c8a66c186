import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// The keep-alive connections of one event loop to one endpoint. The newest idle connection is used
/// first, so that surplus ones grow old; calls that find none wait in the order they came. Confined
/// to its event loop.
final class ConnectionPool {
  private struct Waiter {
    var request: any UpstreamRequest
    var responseTimeout: TimeAmount
    var deadline: NIODeadline
  }

  let eventLoop: any EventLoop
  private let endpoint: Endpoint
  private let limits: ConnectionLimits
  /// `nil` for plain HTTP.
  private let tls: NIOSSLContext?
  private var idle: [UpstreamConnection] = []
  private var connections: [ObjectIdentifier: UpstreamConnection] = [:]
  /// Connections that are being opened: with `connections`, all that count.
  private var connecting = 0
  private var waiters = CircularBuffer<Waiter>()
  private var sweep: Scheduled<Void>?
  private var isClosed = false
  /// Whether the last connection that was tried could be opened.
  private var isReachable = true
  private let logger: Logger

  init(
    eventLoop: any EventLoop, endpoint: Endpoint, limits: ConnectionLimits, tls: NIOSSLContext?,
    logger: Logger
  ) {
    self.logger = logger
    self.eventLoop = eventLoop
    self.endpoint = endpoint
    self.limits = limits
    self.tls = tls
  }

  /// Sends a request, at once or when a connection is free.
  ///
  /// - Parameters:
  ///   - responseTimeout: from the moment the request leaves.
  ///   - deadline: up to when it may leave.
  func send(
    _ request: any UpstreamRequest, responseTimeout: TimeAmount, deadline: NIODeadline?
  ) {
    let now = NIODeadline.now()
    scheduleSweep()
    if let deadline, deadline <= now {
      request.ended(with: .failure(.expired))
    } else if let connection = idle.popLast() {
      connection.send(request, deadline: now + responseTimeout)
    } else if isClosed || waiters.count >= limits.maximumWaiters {
      request.ended(with: .failure(.overloaded))
    } else {
      let acquired = now + limits.acquireTimeout
      waiters.append(
        Waiter(
          request: request, responseTimeout: responseTimeout,
          deadline: deadline.map { min($0, acquired) } ?? acquired))
      openConnections()
    }
  }

  /// Closes every connection; what is in flight ends as lost, what waits ends unsent.
  func close() {
    isClosed = true
    sweep?.cancel()
    sweep = nil
    while let waiter = waiters.popFirst() { waiter.request.ended(with: .failure(.overloaded)) }
    for connection in connections.values { connection.end(with: .connectionLost) }
  }
}

// MARK: - What connections report

extension ConnectionPool {
  func connectionBecameReady(_ connection: UpstreamConnection) {
    connecting -= 1
    isReachable = true
    connections[ObjectIdentifier(connection)] = connection
    if isClosed {
      connection.end(with: .connectionLost)
    } else {
      connectionBecameIdle(connection)
    }
  }

  func connectionBecameIdle(_ connection: UpstreamConnection) {
    let now = NIODeadline.now()
    guard let waiter = nextWaiter(at: now) else {
      connection.rest(until: now + limits.idleTimeout)
      idle.append(connection)
      return
    }
    connection.send(waiter.request, deadline: now + waiter.responseTimeout)
  }

  func connectionClosed(_ connection: UpstreamConnection) {
    connections[ObjectIdentifier(connection)] = nil
    if let index = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: index) }
    openConnections()
  }

  /// A connection could not be opened: the call that has waited longest learns it.
  ///
  /// - Parameter reason: for the log, which has one line for a run of failures.
  func connectFailed(reason: any Error) {
    connecting -= 1
    logger.log(
      level: isReachable ? .warning : .debug, "cannot connect to the user directory",
      metadata: ["endpoint": "\(endpoint)", "error": "\(reason)"])
    isReachable = false
    if let waiter = nextWaiter(at: .now()) { waiter.request.ended(with: .failure(.unreachable)) }
    openConnections()
  }

  /// The next call that still has time; those without are told.
  private func nextWaiter(at now: NIODeadline) -> Waiter? {
    while let waiter = waiters.popFirst() {
      if waiter.deadline > now { return waiter }
      waiter.request.ended(with: .failure(.expired))
    }
    return nil
  }
}

// MARK: - Opening

extension ConnectionPool {
  /// Opens a connection for each call that waits, as far as the limit allows.
  private func openConnections() {
    while !isClosed, connecting < waiters.count,
      connections.count + connecting < limits.maximumConnections
    {
      connecting += 1
      open()
    }
  }

  private func open() {
    let pool = NIOLoopBound(self, eventLoop: eventLoop)
    let tls = tls
    let endpoint = endpoint
    let limits = limits
    let deadline = NIODeadline.now() + limits.connectTimeout
    ClientBootstrap(group: eventLoop)
      .connectTimeout(limits.connectTimeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handlers = channel.pipeline.syncOperations
          if let tls {
            // An address has no place in the server name indication.
            try handlers.addHandler(
              NIOSSLClientHandler(
                context: tls, serverHostname: endpoint.isAddress ? nil : endpoint.host))
          }
          try handlers.addHandler(
            UpstreamConnection(pool: pool.value, usesTLS: tls != nil, limits: limits))
        }
      }
      .connect(host: endpoint.host, port: endpoint.port)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success(let channel): self.begin(channel, until: deadline)
        case .failure(let error): self.connectFailed(reason: error)
        }
      }
  }

  private func begin(_ channel: any Channel, until deadline: NIODeadline) {
    let handlers = channel.pipeline.syncOperations
    guard let connection = try? handlers.handler(type: UpstreamConnection.self) else {
      connectFailed(reason: TransportFault.connectionLost)
      return
    }
    connection.begin()
    // The time to connect includes TLS.
    if tls != nil {
      eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { connection.expireIfSecuring() }
    }
  }
}

// MARK: - Timeouts

extension ConnectionPool {
  /// One timer for all timeouts: none is set for each call.
  private func scheduleSweep() {
    guard sweep == nil, !isClosed else { return }
    sweep = eventLoop.assumeIsolated().scheduleTask(in: limits.sweepInterval) {
      self.sweep = nil
      self.expire(at: .now())
    }
  }

  private func expire(at now: NIODeadline) {
    for connection in connections.values where connection.deadline <= now {
      connection.end(with: .timedOut)
    }
    let expired = waiters.filter { $0.deadline <= now }
    if !expired.isEmpty {
      waiters.removeAll { $0.deadline <= now }
      for waiter in expired { waiter.request.ended(with: .failure(.expired)) }
    }
    // A connection may still come that nobody waits for any more: it has to be closed in time, too.
    if !connections.isEmpty || connecting > 0 || !waiters.isEmpty { scheduleSweep() }
  }
}
