import CConformanceMessages

struct EmptyMessage: ReadableMessage, @unsafe CReadable, WritableMessage, @unsafe CWritable {
  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: grpc__testing__empty__unpack)
  }

  init() {}

  init(_ message: Grpc__Testing__Empty) {}

  var bytes: [UInt8] { unsafe packed }

  func fill(_ message: UnsafeMutablePointer<Grpc__Testing__Empty>, _ memory: CMemory) {
    unsafe grpc__testing__empty__init(message)
  }
}

/// The status that a handler is to end with.
struct EchoStatus: @unsafe CReadable {
  let code: Int32
  let message: String

  init(_ status: Grpc__Testing__EchoStatus) {
    code = unsafe status.code
    message = unsafe String(status.message)
  }
}

/// A body of zeros.
struct Payload: @unsafe CReadable, @unsafe CWritable {
  let size: Int

  init(size: Int32) {
    self.size = max(0, Int(size))
  }

  init(_ payload: Grpc__Testing__Payload) {
    size = unsafe payload.body.len
  }

  func fill(_ message: UnsafeMutablePointer<Grpc__Testing__Payload>, _ memory: CMemory) {
    unsafe grpc__testing__payload__init(message)
    unsafe message.pointee.body = memory.data(Array(repeating: 0, count: size))
  }
}

struct SimpleRequest: ReadableMessage, @unsafe CReadable {
  let responseSize: Int32
  let responseCompressed: Bool
  let responseStatus: EchoStatus?
  /// Whether the request should have come compressed; nil says nothing.
  let expectCompressed: Bool?

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: grpc__testing__simple_request__unpack)
  }

  init(_ message: Grpc__Testing__SimpleRequest) {
    responseSize = unsafe message.response_size
    responseCompressed = unsafe message.response_compressed?.pointee.value == 1
    responseStatus = unsafe EchoStatus(message.response_status)
    expectCompressed = unsafe message.expect_compressed.map { unsafe $0.pointee.value == 1 }
  }
}

struct SimpleResponse: WritableMessage, @unsafe CWritable {
  var payload: Payload

  var bytes: [UInt8] { unsafe packed }

  func fill(_ message: UnsafeMutablePointer<Grpc__Testing__SimpleResponse>, _ memory: CMemory) {
    unsafe grpc__testing__simple_response__init(message)
    unsafe message.pointee.payload = memory.message(payload)
  }
}

struct StreamingInputCallRequest: ReadableMessage, @unsafe CReadable {
  let payload: Payload?
  let expectCompressed: Bool?

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: grpc__testing__streaming_input_call_request__unpack)
  }

  init(_ message: Grpc__Testing__StreamingInputCallRequest) {
    payload = unsafe Payload(message.payload)
    expectCompressed = unsafe message.expect_compressed.map { unsafe $0.pointee.value == 1 }
  }
}

struct StreamingInputCallResponse: WritableMessage, @unsafe CWritable {
  var aggregatedPayloadSize: Int

  var bytes: [UInt8] { unsafe packed }

  func fill(
    _ message: UnsafeMutablePointer<Grpc__Testing__StreamingInputCallResponse>, _ memory: CMemory
  ) {
    unsafe grpc__testing__streaming_input_call_response__init(message)
    unsafe message.pointee.aggregated_payload_size = Int32(clamping: aggregatedPayloadSize)
  }
}

/// One response of a stream.
struct ResponseParameters: @unsafe CReadable {
  let size: Int32
  let interval: Duration
  let isCompressed: Bool

  init(_ message: Grpc__Testing__ResponseParameters) {
    size = unsafe message.size
    interval = unsafe .microseconds(max(0, Int64(message.interval_us)))
    isCompressed = unsafe message.compressed?.pointee.value == 1
  }
}

struct StreamingOutputCallRequest: ReadableMessage, @unsafe CReadable {
  let responses: [ResponseParameters]
  let status: EchoStatus?

  init(bytes: Span<UInt8>) throws(MalformedMessage) {
    self = try unsafe Self(bytes, by: grpc__testing__streaming_output_call_request__unpack)
  }

  init(_ message: Grpc__Testing__StreamingOutputCallRequest) {
    responses = unsafe ResponseParameters.list(
      message.n_response_parameters, message.response_parameters)
    status = unsafe EchoStatus(message.response_status)
  }
}

struct StreamingOutputCallResponse: WritableMessage, @unsafe CWritable {
  var payload: Payload

  var bytes: [UInt8] { unsafe packed }

  func fill(
    _ message: UnsafeMutablePointer<Grpc__Testing__StreamingOutputCallResponse>,
    _ memory: CMemory
  ) {
    unsafe grpc__testing__streaming_output_call_response__init(message)
    unsafe message.pointee.payload = memory.message(payload)
  }
}
