// The one file that imports the library.
private import CZlib
import NIOCore

/// The gzip format (RFC 1952) of whole messages, by zlib.
enum Gzip {
  /// Bytes of output taken ahead of need while inflating.
  private static let smallestChunk = 1024
  private static let largestChunk = 256 * 1024

  /// zlib's number for a window of 32 KiB, plus what stands for the gzip format.
  private static let windowBits: Int32 = 15 + 16

  /// Appends the compressed form of `bytes` to `buffer`.
  ///
  /// - Throws: INTERNAL where memory is short.
  static func compress(_ bytes: Span<UInt8>, into buffer: inout ByteBuffer) throws(RPCError) {
    guard let count = UInt32(exactly: bytes.count) else { throw noMemory }
    var stream = unsafe z_stream()
    // The library keeps the address of the stream.
    let isDone = unsafe withUnsafeMutablePointer(to: &stream) { stream in
      let level = Z_DEFAULT_COMPRESSION
      guard
        unsafe deflateInit2_(
          stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
          Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else { return false }
      defer { unsafe deflateEnd(stream) }
      let bound = unsafe Int(deflateBound(stream, UInt(count)))
      return unsafe bytes.withUnsafeBufferPointer { source in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = count
        var result = Z_OK
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
          unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
          unsafe stream.pointee.avail_out = UInt32(clamping: target.count)
          unsafe result = deflate(stream, Z_FINISH)
          return unsafe Int(stream.pointee.total_out)
        }
        return result == Z_STREAM_END
      }
    }
    guard isDone else { throw noMemory }
  }

  /// The original of a compressed message, of one member or several.
  ///
  /// - Throws: RESOURCE_EXHAUSTED as soon as the original is longer than `limit`, whatever is
  ///   still to come; INTERNAL for bytes that are no gzip, are cut, or do not match their checksum.
  static func inflate(_ payload: ByteBuffer, limit: Int) throws(RPCError) -> ByteBuffer {
    var output = ByteBuffer()
    var stream = unsafe z_stream()
    let result = unsafe withUnsafeMutablePointer(to: &stream) { stream -> Inflated in
      guard
        unsafe inflateInit2_(
          stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else { return .failed(noMemory) }
      defer { unsafe inflateEnd(stream) }
      return unsafe payload.withUnsafeReadableBytes { source in
        let bytes = unsafe source.bindMemory(to: UInt8.self)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(clamping: bytes.count)
        return unsafe inflateMembers(stream, into: &output, limit: limit)
      }
    }
    if case .failed(let error) = result { throw error }
    return output
  }

  private enum Inflated {
    case done
    case failed(RPCError)
  }

  private static func inflateMembers(
    _ stream: UnsafeMutablePointer<z_stream>, into output: inout ByteBuffer, limit: Int
  ) -> Inflated {
    var chunk = smallestChunk
    while true {
      // One byte above the limit is enough to know that it is exceeded.
      let room = min(chunk, limit + 1 - output.readableBytes)
      var result = Z_OK
      unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
        unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(clamping: room)
        unsafe result = CZlib.inflate(stream, Z_NO_FLUSH)
        return unsafe room - Int(stream.pointee.avail_out)
      }
      if output.readableBytes > limit { return .failed(tooLong(limit)) }
      switch result {
      case Z_STREAM_END:
        if unsafe stream.pointee.avail_in == 0 { return .done }
        guard unsafe inflateReset(stream) == Z_OK else { return .failed(corrupt) }
      case Z_OK:
        chunk = min(2 * chunk, largestChunk)
      case Z_MEM_ERROR:
        return .failed(noMemory)
      default:
        return .failed(corrupt)
      }
    }
  }

  /// zlib's own default: 256 KiB for the time of one message.
  private static let memoryLevel: Int32 = 8

  private static let noMemory = RPCError(
    code: .resourceExhausted, message: "The message cannot be compressed or inflated now.")
  private static let corrupt = RPCError(
    code: .internalError, message: "The compressed message is no whole and valid gzip.")

  private static func tooLong(_ limit: Int) -> RPCError {
    RPCError(
      code: .resourceExhausted,
      message: "The compressed message holds more than the \(limit) bytes that are accepted.")
  }
}
