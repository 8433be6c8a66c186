import NIOCore

/// Streams: opened, told what happens, closed.
extension HTTP2ConnectionHandler {
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

  func route(_ input: ByteBuffer?) {
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
      guard let stream = streams[key] ?? accept(key) else { return }
      stream.delegate?.streamDidReceive(headers: fields, endStream: endStream, on: stream)
    case .data(let key, let range, let endStream):
      guard let stream = streams[key] else {
        session.consume(range.count, on: key)
        return
      }
      let bytes = input.flatMap {
        $0.getSlice(at: $0.readerIndex + range.lowerBound, length: range.count)
      }
      stream.delegate?.streamDidReceive(
        data: bytes ?? ByteBuffer(), endStream: endStream, on: stream)
    case .drained(let key):
      guard let stream = streams[key] else { return }
      stream.delegate?.streamDidDrain(stream)
    case .closed(let key, let code):
      session.release(key)
      guard let stream = streams[key] else { return }
      remove(key, code)
      stream.close(error: code == .noError ? nil : code)
    case .pingAcknowledged(let payload):
      if let effect = life.receivedPingAcknowledgement(payload, at: now) { perform(effect) }
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

  private func insert(_ stream: HTTP2Stream, at slot: Int) {
    streams.insert(stream, at: slot)
    if statistics.streamsStarted == 0 { admission?.prove(channel) }
    statistics.streamsStarted += 1
    lastTimes.stream = now
    life.setOpenStreams(streams.count, at: now)
  }

  private func remove(_ key: StreamKey, _ code: HTTP2ErrorCode) {
    streams.remove(key)
    if code == .noError {
      statistics.streamsSucceeded += 1
    } else {
      statistics.streamsFailed += 1
    }
    life.setOpenStreams(streams.count, at: now)
  }

  func closeStreams() {
    for stream in streams.removeAll() {
      statistics.streamsFailed += 1
      stream.close(error: .connectionLost)
    }
  }
}
