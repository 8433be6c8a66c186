import NIOCore

/// One HTTP/2 session, server or client: bytes in, events and bytes out.
///
/// libnghttp2 calls back while it reads or writes and forbids to be entered again, so a callback
/// only notes an event; whoever drives the session takes the events afterwards. Not thread-safe.
final class HTTP2Session {
  enum Role {
    case server
    case client
  }

  /// What the library gets when it asks for a stream's bytes.
  enum NextData {
    case bytes(Int)
    case nothingYet
    case last(Int)
    case lastBeforeTrailers(Int)
  }

  /// What happened since the events were last taken.
  private(set) var events: [HTTP2Event] = []

  let native: NativeSession
  private let role: Role
  private let limits: HTTP2Limits
  private var slots: [StreamSlot] = []
  private var freeSlots: [Int] = []
  private var fields = HeaderFields()
  private var isFieldListTooLarge = false
  private var skippedStreamIDs = SkippedStreamIDs()
  private var unconsumedOfClosedStreams = 0
  private var sectionSize = 0
  private var announcement: ByteBuffer?
  private var hasBegun = false

  /// What was sent since this was last set to nothing.
  var sent = SentCounts()
  /// Octets of header sections beyond the limit, since this was last set to nothing.
  var excessHeaderOctets = 0
  /// The peer's first SETTINGS are here (RFC 9113 §3.4).
  private(set) var hasSettings = false
  /// The peer has acknowledged ours.
  private(set) var areSettingsAcknowledged = false
  private var failure: HTTP2Error?

  /// - Throws: INTERNAL_ERROR when memory is short.
  init(role: Role, limits: HTTP2Limits) throws(HTTP2Error) {
    guard let native = NativeSession(role: role, limits: limits) else {
      throw HTTP2Error(.internalError)
    }
    self.native = native
    self.role = role
    self.limits = limits
    native.attach(to: self)
    settle(native.submitSettings(limits, role: role))
    settle(native.setConnectionWindow(limits.connectionWindow))
    if let failure { throw failure }
  }

  /// Neither side has anything more to say: close the connection once the output has left.
  var isFinished: Bool { !native.wantsRead && !wantsWrite }

  var wantsWrite: Bool { announcement != nil || native.wantsWrite }

  /// Exchanges the noted events for an empty array, whose capacity is used again.
  func takeEvents(into empty: inout [HTTP2Event]) {
    swap(&events, &empty)
  }

  // MARK: Bytes

  /// Reads what the peer has sent; the results are in `events`.
  /// - Throws: the reason to end the connection at once. The session is then unusable.
  func receive(_ bytes: ByteBuffer) throws(HTTP2Error) {
    // A session that has ended must be fed no more (CVE-2026-27135).
    guard native.wantsRead else { return }
    let count = native.receive(bytes)
    if let failure { throw failure }
    if count < 0 { throw HTTP2Error(NativeSession.code(ofLibraryError: count)) }
    if count != bytes.readableBytes { throw HTTP2Error(.internalError) }
  }

  /// Appends output to `buffer` until there is none, or until it holds `limit` bytes or up to a
  /// frame more.
  /// - Returns: whether more may be waiting.
  /// - Throws: the reason to end the connection at once. The session is then unusable.
  func drain(into buffer: inout ByteBuffer, upTo limit: Int) throws(HTTP2Error) -> Bool {
    if unconsumedOfClosedStreams > 0 {
      settle(native.consumeOfConnection(unconsumedOfClosedStreams))
      unconsumedOfClosedStreams = 0
    }
    while buffer.readableBytes < limit {
      // Not ahead of the first frame, because that must be SETTINGS (RFC 9113 §3.4), and not into a
      // header section, whose frames stand together (§6.10).
      if hasBegun, !native.isInsideSection, var announcement {
        buffer.writeBuffer(&announcement)
        self.announcement = nil
      }
      let count = native.appendOutput(to: &buffer)
      if count < 0 { throw HTTP2Error(NativeSession.code(ofLibraryError: count)) }
      if let failure { throw failure }
      if count == 0 { return false }
      hasBegun = true
    }
    return true
  }

  // MARK: Orders

  /// Opens a stream (client). Nil when the session takes no more streams.
  func submitRequest(_ headers: HeaderFields, endStream: Bool) -> StreamKey? {
    let slot = allocateSlot()
    let id = native.submitRequest(headers, slot: slot, hasBody: !endStream)
    guard id > 0 else {
      settle(id)
      freeSlots.append(slot)
      return nil
    }
    slots[slot].id = id
    if endStream { slots[slot].body.finish(.plain) }
    return StreamKey(id: id, slot: slot)
  }

  /// Answers a request (server); once for each stream.
  func submitResponse(_ headers: HeaderFields, endStream: Bool, on key: StreamKey) {
    guard isLive(key) else { return }
    if endStream { slots[key.slot].body.finish(.plain) }
    settle(native.submitResponse(headers, on: key, hasBody: !endStream))
  }

  func send(_ bytes: ByteBuffer, on key: StreamKey) {
    guard isLive(key) else { return }
    slots[key.slot].body.append(bytes)
    resume(key)
  }

  func finish(_ end: OutboundBody.End, on key: StreamKey) {
    guard isLive(key) else { return }
    slots[key.slot].body.finish(end)
    resume(key)
  }

  /// Ends a stream by RST_STREAM: at once, or, with NO_ERROR after our end was ordered, behind it.
  func reset(_ code: HTTP2ErrorCode, on key: StreamKey) {
    guard isLive(key) else { return }
    if code == .noError, slots[key.slot].body.end != .open, !slots[key.slot].isEndSent {
      slots[key.slot].isResetAtEnd = true
    } else {
      slots[key.slot].isResetOrdered = true
      settle(native.submitReset(code, id: key.id))
    }
  }

  /// Gives back the window of received bytes, at most of those that are outstanding.
  func consume(_ byteCount: Int, on key: StreamKey) {
    guard isLive(key) else { return }
    let byteCount = min(byteCount, slots[key.slot].unconsumed)
    guard byteCount > 0 else { return }
    slots[key.slot].unconsumed -= byteCount
    settle(native.consume(byteCount, id: key.id))
  }

  /// Frees the place of a stream whose `closed` event has been dealt with.
  func release(_ key: StreamKey) {
    freeSlots.append(key.slot)
  }

  func queuedByteCount(on key: StreamKey) -> Int {
    isLive(key) ? slots[key.slot].body.count : 0
  }

  func submitPing(_ payload: UInt64) {
    settle(native.submitPing(payload))
  }

  /// The first GOAWAY of a graceful end: streams that the peer is opening are still taken. Written
  /// by hand, because the library sends this one without debug data.
  func announceEnd(debugData: String) {
    var bytes = ByteBuffer()
    Goaway(lastStream: Goaway.highestStream, code: .noError, debugData: debugData)
      .write(to: &bytes)
    announcement = bytes
  }

  /// The second GOAWAY: takes no new streams of the peer, lets the others finish.
  func refuseStreams(debugData: String) {
    settle(native.submitGoaway(debugData: debugData))
  }

  /// GOAWAY, and the session is finished once that has been sent.
  func terminate(_ code: HTTP2ErrorCode) {
    settle(native.terminate(code))
  }

  /// What a stream waits for from its peer.
  func wait(on key: StreamKey, awaitsBody: Bool) -> StreamWait {
    guard isLive(key) else { return .nothing }
    let slot = slots[key.slot]
    if slot.body.count > 0 { return slot.body.end == .open ? .stream : .answer }
    return awaitsBody && !slot.isRemoteEnded ? .body : .nothing
  }

  /// Bytes of the body that a stream's peer is waited for with, so far.
  func movedByteCount(on key: StreamKey, during wait: StreamWait) -> Int {
    guard isLive(key) else { return 0 }
    return wait == .body ? slots[key.slot].received : slots[key.slot].sent
  }

  private func resume(_ key: StreamKey) {
    guard slots[key.slot].body.isDeferred else { return }
    slots[key.slot].body.isDeferred = false
    settle(native.resumeData(id: key.id))
  }

  /// Decides about a return code: fatal ends the connection; any other says that the stream is
  /// gone or going, and then its close event follows or has been noted.
  private func settle(_ result: Int32) {
    if NativeSession.isFatal(result) {
      failure = HTTP2Error(NativeSession.code(ofLibraryError: Int(result)))
    }
  }

  // MARK: Slots

  private func isLive(_ key: StreamKey) -> Bool {
    slots[key.slot].id == key.id
  }

  private func allocateSlot() -> Int {
    if let slot = freeSlots.popLast() { return slot }
    slots.append(StreamSlot())
    return slots.count - 1
  }

  private func key(_ id: Int32) -> StreamKey? {
    guard let slot = native.slot(of: id) else { return nil }
    let key = StreamKey(id: id, slot: slot)
    return isLive(key) ? key : nil
  }
}

// MARK: Notes of the library's callbacks

extension HTTP2Session {
  func noteHeadersFrameBegins(_ id: Int32) {
    guard role == .server, id % 2 == 1, !skippedStreamIDs.admit(id) else { return }
    terminate(.protocolError)
  }

  func noteHeaderSectionBegins(_ id: Int32) {
    fields.removeAll(keepingCapacity: true)
    fields.reserveCapacity(fields: 16, bytes: 512)
    isFieldListTooLarge = false
    sectionSize = 0
    guard role == .server, key(id) == nil else { return }
    let slot = allocateSlot()
    slots[slot].id = id
    settle(native.setSlot(slot, of: id))
  }

  /// False when the connection must end here: what follows costs more than it is worth.
  func noteField(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool {
    sectionSize += name.count + value.count + HeaderFields.overheadPerField
    if !isFieldListTooLarge, sectionSize <= limits.headerListSize {
      unsafe fields.append(nameBytes: name, valueBytes: value)
      return true
    }
    isFieldListTooLarge = true
    guard sectionSize <= limits.headerListSize * limits.abuse.headerListCeiling else {
      failure = HTTP2Error(.excessHeaders)
      return false
    }
    return true
  }

  func noteHeaderSectionEnds(_ id: Int32, endStream: Bool, isRequest: Bool) {
    guard let key = key(id) else { return }
    slots[key.slot].isRemoteEnded = endStream
    if isFieldListTooLarge { excessHeaderOctets += sectionSize }
    if !isFieldListTooLarge {
      // It is kept as long as its call.
      events.append(.headers(key, HeaderFields(trimming: fields), endStream: endStream))
    } else if isRequest {
      submitResponse(limits.headerListOverflowAnswer, endStream: true, on: key)
      reset(.noError, on: key)
    } else {
      reset(.enhanceYourCalm, on: key)
    }
  }

  func noteData(_ id: Int32, _ range: Range<Int>) {
    guard let key = key(id) else {
      unconsumedOfClosedStreams += range.count
      return
    }
    slots[key.slot].unconsumed += range.count
    slots[key.slot].received += range.count
    events.append(.data(key, range, endStream: false))
  }

  func noteBodyEnds(_ id: Int32) {
    guard let key = key(id) else { return }
    slots[key.slot].isRemoteEnded = true
    if case .data(key, let range, _)? = events.last {
      events[events.count - 1] = .data(key, range, endStream: true)
    } else {
      events.append(.data(key, 0..<0, endStream: true))
    }
  }

  /// Puts a stream's next bytes into `target`. Trailers are submitted from here, because only now
  /// does the library know that no DATA follows.
  func provideData(_ key: StreamKey, into target: UnsafeMutableRawBufferPointer) -> NextData {
    guard isLive(key) else { return .nothingYet }
    let count = unsafe slots[key.slot].body.read(into: target)
    slots[key.slot].sent += count
    guard slots[key.slot].body.count == 0 else { return .bytes(count) }
    if count > 0 { sent.wholeData += 1 }
    switch slots[key.slot].body.end {
    case .open where count == 0:
      slots[key.slot].body.isDeferred = true
      return .nothingYet
    case .open:
      events.append(.drained(key))
      return .bytes(count)
    case .plain:
      return .last(count)
    case .trailers(let trailers):
      settle(native.submitTrailers(trailers, id: key.id))
      return .lastBeforeTrailers(count)
    }
  }

  /// DATA with so many bytes, or HEADERS, has been sent.
  func noteSent(_ id: Int32, dataBytes: Int?, endStream: Bool) {
    if let dataBytes {
      sent.data += 1
      sent.dataBytes += dataBytes
    } else {
      sent.headers += 1
    }
    guard endStream, let key = key(id) else { return }
    slots[key.slot].isEndSent = true
    if slots[key.slot].isResetAtEnd, !slots[key.slot].isRemoteEnded {
      slots[key.slot].isResetOrdered = true
      settle(native.submitReset(.noError, id: id))
    }
  }

  /// An answer's head or trailers cannot be sent: the library takes no section of more than 64 KiB.
  /// The peer would wait for it for ever.
  func noteSectionTooLong(_ id: Int32) {
    guard let key = key(id) else { return }
    reset(.internalError, on: key)
  }

  func noteResetSent(_ id: Int32, _ code: HTTP2ErrorCode) {
    guard role == .server else { return }
    if let key = key(id), slots[key.slot].isResetOrdered { return }
    if code == .refusedStream {
      sent.refusedStreams += 1
    } else {
      sent.forcedResets += 1
    }
  }

  func noteSettings(isAcknowledgement: Bool) {
    if isAcknowledgement {
      areSettingsAcknowledged = true
    } else {
      hasSettings = true
    }
  }

  func notePingAcknowledged(_ payload: UInt64) {
    events.append(.pingAcknowledged(payload))
  }

  func noteClose(_ id: Int32, code: HTTP2ErrorCode) {
    guard let key = key(id) else { return }
    unconsumedOfClosedStreams += slots[key.slot].unconsumed
    slots[key.slot] = StreamSlot()
    events.append(.closed(key, code))
  }
}
