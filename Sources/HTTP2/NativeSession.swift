private import CNghttp2
import NIOCore

/// The one place that touches libnghttp2: owns its session, hands it Swift values, and lets its
/// callbacks note what they see in the `HTTP2Session` it is attached to. Return codes are passed on
/// as they are; the owner decides about each.
@safe
final class NativeSession {
  private let pointer: OpaquePointer
  private var input: UnsafePointer<UInt8>?
  private var nameValues: [nghttp2_nv] = unsafe []
  /// The next piece of output goes on with a header section.
  private(set) var isInsideSection = false

  /// Nil when memory is short.
  init?(role: HTTP2Session.Role, limits: HTTP2Limits) {
    guard let pointer = unsafe Self.make(role: role, limits: limits) else { return nil }
    unsafe self.pointer = pointer
  }

  deinit {
    unsafe nghttp2_session_del(pointer)
  }

  /// Callbacks go to `owner`, which owns this object and so outlives it.
  func attach(to owner: HTTP2Session) {
    unsafe nghttp2_session_set_user_data(pointer, Unmanaged.passUnretained(owner).toOpaque())
  }

  /// The last stream of the peer that was given to the owner.
  var lastProcessedStream: Int32 { unsafe nghttp2_session_get_last_proc_stream_id(pointer) }

  /// Bytes that the peer may send on the connection, and that we may.
  var localWindow: Int {
    Int(unsafe nghttp2_session_get_effective_local_window_size(pointer))
  }
  var remoteWindow: Int { Int(unsafe nghttp2_session_get_remote_window_size(pointer)) }

  // MARK: Bytes

  var wantsRead: Bool { unsafe nghttp2_session_want_read(pointer) != 0 }
  var wantsWrite: Bool { unsafe nghttp2_session_want_write(pointer) != 0 }

  /// - Returns: how many bytes were taken, or an error of the library.
  func receive(_ bytes: ByteBuffer) -> Int {
    unsafe bytes.withUnsafeReadableBytes { raw in
      let bytes = unsafe raw.assumingMemoryBound(to: UInt8.self)
      unsafe input = bytes.baseAddress
      defer { unsafe input = nil }
      return unsafe nghttp2_session_mem_recv(pointer, bytes.baseAddress, bytes.count)
    }
  }

  /// Appends the next piece of output, at most one frame.
  /// - Returns: how many bytes were appended, or an error of the library.
  func appendOutput(to buffer: inout ByteBuffer) -> Int {
    var bytes: UnsafePointer<UInt8>?
    let count = unsafe nghttp2_session_mem_send(pointer, &bytes)
    if count > 0, let bytes = unsafe bytes {
      unsafe buffer.writeBytes(UnsafeRawBufferPointer(start: bytes, count: count))
      isInsideSection = unsafe Self.leavesSectionOpen(bytes)
    }
    return count
  }

  /// Whether a frame is one of a header section and not its last: by its fourth and fifth byte, which
  /// are its type and its flags (RFC 9113 §4.1).
  private static func leavesSectionOpen(_ frame: UnsafePointer<UInt8>) -> Bool {
    let (type, flags) = unsafe (UInt32(frame[3]), UInt32(frame[4]))
    return (type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_CONTINUATION.rawValue)
      && flags & NGHTTP2_FLAG_END_HEADERS.rawValue == 0
  }

  // MARK: Orders

  func submitSettings(_ limits: HTTP2Limits, role: HTTP2Session.Role) -> Int32 {
    var settings = [
      nghttp2_settings_entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreams),
      nghttp2_settings_entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindow),
      nghttp2_settings_entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerListSize),
    ]
    if role == .client {
      settings.append(nghttp2_settings_entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
    }
    return unsafe nghttp2_submit_settings(pointer, 0, settings, settings.count)
  }

  func setConnectionWindow(_ byteCount: Int) -> Int32 {
    unsafe nghttp2_session_set_local_window_size(pointer, 0, 0, Int32(clamping: byteCount))
  }

  /// - Returns: the stream's number, or an error of the library.
  func submitRequest(_ headers: HeaderFields, slot: Int, hasBody: Bool) -> Int32 {
    let tag = unsafe Self.tag(slot)
    return unsafe withNameValues(headers) { fields, count in
      guard hasBody else {
        return unsafe nghttp2_submit_request(pointer, nil, fields, count, nil, tag)
      }
      var provider = unsafe Self.dataProvider(slot: slot)
      return unsafe nghttp2_submit_request(pointer, nil, fields, count, &provider, tag)
    }
  }

  func submitResponse(_ headers: HeaderFields, on key: StreamKey, hasBody: Bool) -> Int32 {
    unsafe withNameValues(headers) { fields, count in
      guard hasBody else {
        return unsafe nghttp2_submit_response(pointer, key.id, fields, count, nil)
      }
      var provider = unsafe Self.dataProvider(slot: key.slot)
      return unsafe nghttp2_submit_response(pointer, key.id, fields, count, &provider)
    }
  }

  func submitTrailers(_ trailers: HeaderFields, id: Int32) -> Int32 {
    unsafe withNameValues(trailers) { fields, count in
      unsafe nghttp2_submit_trailer(pointer, id, fields, count)
    }
  }

  func submitReset(_ code: HTTP2ErrorCode, id: Int32) -> Int32 {
    unsafe nghttp2_submit_rst_stream(pointer, 0, id, code.rawValue)
  }

  func submitPing(_ payload: UInt64) -> Int32 {
    unsafe withUnsafeBytes(of: payload.bigEndian) { bytes in
      unsafe nghttp2_submit_ping(pointer, 0, bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    }
  }

  func submitGoaway(debugData: String) -> Int32 {
    let text = Array(debugData.utf8)
    return unsafe nghttp2_submit_goaway(
      pointer, 0, lastProcessedStream, NGHTTP2_NO_ERROR.rawValue, text, text.count)
  }

  func terminate(_ code: HTTP2ErrorCode) -> Int32 {
    unsafe nghttp2_session_terminate_session(pointer, code.rawValue)
  }

  func resumeData(id: Int32) -> Int32 {
    unsafe nghttp2_session_resume_data(pointer, id)
  }

  func consume(_ byteCount: Int, id: Int32) -> Int32 {
    unsafe nghttp2_session_consume(pointer, id, byteCount)
  }

  func consumeOfConnection(_ byteCount: Int) -> Int32 {
    unsafe nghttp2_session_consume_connection(pointer, byteCount)
  }

  /// The slot that was noted for a stream, if the library still knows the stream.
  func slot(of id: Int32) -> Int? {
    let tag = unsafe nghttp2_session_get_stream_user_data(pointer, id)
    return unsafe tag.map { Int(bitPattern: $0) - 1 }
  }

  func setSlot(_ slot: Int, of id: Int32) -> Int32 {
    unsafe nghttp2_session_set_stream_user_data(pointer, id, Self.tag(slot))
  }

  /// A slot as the library keeps it beside a stream: never nil, never followed as a pointer.
  private static func tag(_ slot: Int) -> UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(bitPattern: slot + 1)
  }

  /// Lends the fields in the library's form; it copies them before it returns.
  private func withNameValues<Result>(
    _ fields: HeaderFields, _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
  ) -> Result {
    unsafe fields.bytes.withUnsafeBufferPointer { bytes in
      unsafe nameValues.removeAll(keepingCapacity: true)
      if let base = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress) {
        for entry in fields.entries {
          unsafe nameValues.append(
            nghttp2_nv(
              name: base + entry.start, value: base + entry.start + entry.nameCount,
              namelen: entry.nameCount, valuelen: entry.valueCount, flags: 0))
        }
      }
      return unsafe nameValues.withUnsafeBufferPointer { list in
        unsafe body(list.baseAddress, list.count)
      }
    }
  }

  // MARK: Return codes

  static func isFatal(_ result: Int32) -> Bool {
    nghttp2_is_fatal(result) != 0
  }

  /// What a peer is told about an error of the library that ends the connection.
  static func code(ofLibraryError error: Int) -> HTTP2ErrorCode {
    switch nghttp2_error(Int32(clamping: error)) {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC, NGHTTP2_ERR_SETTINGS_EXPECTED: .protocolError
    case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_SETTINGS: .enhanceYourCalm
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: .enhanceYourCalm
    default: .internalError
    }
  }
}

// MARK: Callbacks

extension NativeSession {
  private static func make(role: HTTP2Session.Role, limits: HTTP2Limits) -> OpaquePointer? {
    var callbacks: OpaquePointer?
    var option: OpaquePointer?
    defer {
      unsafe nghttp2_session_callbacks_del(callbacks)
      unsafe nghttp2_option_del(option)
    }
    guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0,
      unsafe nghttp2_option_new(&option) == 0, let callbacks = unsafe callbacks
    else { return nil }
    unsafe nghttp2_option_set_no_auto_window_update(option, 1)
    unsafe nghttp2_option_set_max_outbound_ack(option, limits.outboundAcknowledgements)
    unsafe nghttp2_option_set_max_settings(option, limits.settingsEntries)
    // The library counts a CONTINUATION again for each piece in which its nine bytes of header
    // arrive; the frame meter in front counts frames.
    unsafe nghttp2_option_set_max_continuations(option, 9 * (limits.continuations + 1))
    // Our own budget is in front of this one and answers ENHANCE_YOUR_CALM.
    let resets = limits.abuse.resets
    unsafe nghttp2_option_set_stream_reset_rate_limit(
      option, UInt64(clamping: 2 * resets.burst), UInt64(clamping: 2 * resets.perSecond))
    unsafe setInboundCallbacks(callbacks)
    unsafe setStreamCallbacks(callbacks)
    var pointer: OpaquePointer?
    let result =
      switch role {
      case .server: unsafe nghttp2_session_server_new2(&pointer, callbacks, nil, option)
      case .client: unsafe nghttp2_session_client_new2(&pointer, callbacks, nil, option)
      }
    return result == 0 ? unsafe pointer : nil
  }

  private static func setInboundCallbacks(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, context in
      guard let header = unsafe header?.pointee, let context = unsafe context else { return 0 }
      guard header.type == NGHTTP2_HEADERS.rawValue else { return 0 }
      unsafe NativeSession.owner(context) { $0.noteHeadersFrameBegins(header.stream_id) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) {
      _, frame, context in
      guard let id = unsafe frame?.pointee.hd.stream_id, let context = unsafe context
      else { return 0 }
      unsafe NativeSession.owner(context) { $0.noteHeaderSectionBegins(id) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, _, name, nameCount, value, valueCount, _, context in
      guard let context = unsafe context else { return 0 }
      let name = unsafe UnsafeBufferPointer(start: name, count: nameCount)
      let value = unsafe UnsafeBufferPointer(start: value, count: valueCount)
      let goesOn = unsafe NativeSession.owner(context) {
        unsafe $0.noteField(name: name, value: value)
      }
      return goesOn ? 0 : Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
      guard let frame = unsafe frame, let context = unsafe context else { return 0 }
      let header = unsafe frame.pointee.hd
      if header.type == NGHTTP2_HEADERS.rawValue {
        let isRequest = unsafe frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
        unsafe NativeSession.owner(context) {
          $0.noteHeaderSectionEnds(
            header.stream_id, endStream: header.hasEndStream, isRequest: isRequest)
        }
      } else if header.type == NGHTTP2_DATA.rawValue, header.hasEndStream {
        unsafe NativeSession.owner(context) { $0.noteBodyEnds(header.stream_id) }
      } else if header.type == NGHTTP2_SETTINGS.rawValue {
        unsafe NativeSession.owner(context) {
          $0.noteSettings(isAcknowledgement: header.isAcknowledgement)
        }
      } else if header.type == NGHTTP2_PING.rawValue, header.isAcknowledgement {
        let payload = unsafe withUnsafeBytes(of: frame.pointee.ping.opaque_data) {
          unsafe UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self))
        }
        unsafe NativeSession.owner(context) { $0.notePingAcknowledged(payload) }
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, id, start, count, context in
      guard let start = unsafe start, let context = unsafe context else { return 0 }
      unsafe NativeSession.owner(context) {
        let offset = unsafe $0.native.input.map { unsafe start - $0 } ?? 0
        $0.noteData(id, offset..<(offset + count))
      }
      return 0
    }
  }

  private static func setStreamCallbacks(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, context in
      guard let frame = unsafe frame, let context = unsafe context else { return 0 }
      let header = unsafe frame.pointee.hd
      switch UInt32(header.type) {
      case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue:
        unsafe NativeSession.owner(context) {
          $0.noteSent(
            header.stream_id, dataBytes: header.type == 0 ? header.length : nil,
            endStream: header.hasEndStream)
        }
      case NGHTTP2_RST_STREAM.rawValue:
        let code = unsafe HTTP2ErrorCode(rawValue: frame.pointee.rst_stream.error_code)
        unsafe NativeSession.owner(context) { $0.noteResetSent(header.stream_id, code) }
      default: break
      }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) {
      _, frame, error, context in
      guard let frame = unsafe frame, let context = unsafe context else { return 0 }
      // Other reasons are streams that are over. That of a request the library closes by itself.
      let header = unsafe frame.pointee.hd
      guard error == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue,
        header.type == NGHTTP2_HEADERS.rawValue,
        unsafe frame.pointee.headers.cat != NGHTTP2_HCAT_REQUEST
      else { return 0 }
      unsafe NativeSession.owner(context) { $0.noteSectionTooLong(header.stream_id) }
      return 0
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) {
      _, id, code, context in
      guard let context = unsafe context else { return 0 }
      unsafe NativeSession.owner(context) { $0.noteClose(id, code: HTTP2ErrorCode(rawValue: code)) }
      return 0
    }
  }

  private static func dataProvider(slot: Int) -> nghttp2_data_provider {
    unsafe nghttp2_data_provider(source: nghttp2_data_source(fd: Int32(slot))) {
      _, id, buffer, length, flags, source, context in
      guard let buffer = unsafe buffer, let flags = unsafe flags, let source = unsafe source,
        let context = unsafe context
      else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
      let key = StreamKey(id: id, slot: Int(unsafe source.pointee.fd))
      let target = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: length)
      let next = unsafe NativeSession.owner(context) { unsafe $0.provideData(key, into: target) }
      switch next {
      case .bytes(let count):
        return count
      case .nothingYet:
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
      case .last(let count):
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        return count
      case .lastBeforeTrailers(let count):
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        unsafe flags.pointee |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        return count
      }
    }
  }

  /// Lends the owner that a callback's context points to, without counting references.
  private static func owner<Result>(
    _ context: UnsafeMutableRawPointer, _ body: (HTTP2Session) -> Result
  ) -> Result {
    unsafe Unmanaged<HTTP2Session>.fromOpaque(context)._withUnsafeGuaranteedRef { body($0) }
  }
}

extension nghttp2_frame_hd {
  fileprivate var hasEndStream: Bool {
    UInt32(flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
  }

  fileprivate var isAcknowledgement: Bool {
    UInt32(flags) & NGHTTP2_FLAG_ACK.rawValue != 0
  }
}

extension nghttp2_settings_entry {
  fileprivate init(_ id: nghttp2_settings_id, _ value: Int) {
    self.init(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
  }
}
