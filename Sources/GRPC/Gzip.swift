// The one file that imports the library.
private import CZlib
import NIOCore

/// The gzip format (RFC 1952) of whole messages, by zlib.
enum Gzip {
  /// Bytes of output taken ahead of need while inflating.
  private static let smallestChunk = 1024
  private static let largestChunk = 64 * 1024
  /// Bytes of input read without a pause.
  private static let inputChunk = 1024
  /// What it costs to read a byte, where to make one costs 1: a dozen bytes of a block may be tables
  /// that take a microsecond to build, and the block need not come to anything.
  private static let inputPrice = 16

  /// zlib's number for a window of 32 KiB, plus what stands for the gzip format.
  private static let windowBits: Int32 = 15 + 16

  /// Appends the compressed form of `bytes` to `buffer`.
  ///
  /// - Throws: RESOURCE_EXHAUSTED where memory is short.
  static func compress(_ bytes: Span<UInt8>, into buffer: inout ByteBuffer) throws(RPCError) {
    guard let count = UInt32(exactly: bytes.count) else { throw .noMemory }
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
    guard isDone else { throw .noMemory }
  }

  /// The original of a compressed message, of one member or several.
  ///
  /// - Throws: as `Inflation`.
  static func inflate(_ payload: ByteBuffer, limit: Int) throws(RPCError) -> ByteBuffer {
    let inflation = try Inflation(payload, limit: limit)
    while try !inflation.step(limit) {}
    return inflation.output
  }

  /// The original of one compressed message, made step by step.
  @safe
  final class Inflation {
    /// What has been made so far.
    private(set) var output = ByteBuffer()
    /// What it has cost so far: bytes made, and bytes read by their price.
    private(set) var cost = 0
    private let payload: ByteBuffer
    private let limit: Int
    private let stream: UnsafeMutablePointer<z_stream>
    private var readCount = 0
    private var chunk = smallestChunk

    /// - Throws: RESOURCE_EXHAUSTED for a message that says itself that it is longer than `limit`,
    ///   and where memory is short.
    init(_ payload: ByteBuffer, limit: Int) throws(RPCError) {
      if Gzip.announcesMore(than: limit, payload) { throw tooLong(limit) }
      self.payload = payload
      self.limit = limit
      unsafe stream = .allocate(capacity: 1)
      unsafe stream.initialize(to: z_stream())
      guard
        unsafe inflateInit2_(
          stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else {
        unsafe stream.deallocate()
        throw .noMemory
      }
    }

    deinit {
      unsafe inflateEnd(stream)
      unsafe stream.deallocate()
    }

    /// Goes on until that has cost so much, or up to a chunk above that.
    ///
    /// - Returns: whether all is made.
    /// - Throws: RESOURCE_EXHAUSTED as soon as the original is longer than the limit, whatever is
    ///   still to come; INTERNAL for bytes that are no gzip, are cut, or do not match their
    ///   checksum.
    func step(_ allowance: Int) throws(RPCError) -> Bool {
      let start = cost
      repeat {
        let result = inflateChunk()
        if output.readableBytes > limit { throw tooLong(limit) }
        switch result {
        case Z_STREAM_END:
          if readCount == payload.readableBytes { return true }
          guard unsafe inflateReset(stream) == Z_OK else { throw corrupt }
        case Z_OK: chunk = min(2 * chunk, largestChunk)
        case Z_MEM_ERROR: throw .noMemory
        default: throw corrupt
        }
      } while cost - start < allowance
      return false
    }

    private func inflateChunk() -> Int32 {
      // One byte above the limit is enough to know that it is exceeded.
      let room = min(chunk, limit + 1 - output.readableBytes)
      var result = Z_OK
      unsafe payload.withUnsafeReadableBytes { source in
        let rest = unsafe source.bindMemory(to: UInt8.self)[readCount...].prefix(inputChunk)
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: UnsafeBufferPointer(rebasing: rest).baseAddress)
        unsafe stream.pointee.avail_in = UInt32(clamping: rest.count)
        let made = unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
          unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
          unsafe stream.pointee.avail_out = UInt32(clamping: room)
          unsafe result = CZlib.inflate(stream, Z_NO_FLUSH)
          return unsafe room - Int(stream.pointee.avail_out)
        }
        let read = unsafe rest.count - Int(stream.pointee.avail_in)
        readCount += read
        cost += made + inputPrice * read
      }
      return result
    }
  }

  /// Whether the length at the end of the last member (RFC 1952, section 2.3.1) is above `limit`. A
  /// length that deflate cannot reach says nothing: those bytes are something else.
  private static func announcesMore(than limit: Int, _ payload: ByteBuffer) -> Bool {
    let end = payload.writerIndex - MemoryLayout<UInt32>.size
    guard end >= payload.readerIndex,
      let length = payload.getInteger(at: end, endianness: .little, as: UInt32.self)
    else { return false }
    return length > limit && Int(length) / mostSwelling <= payload.readableBytes
  }

  /// Bytes that one byte of deflate can become at most.
  private static let mostSwelling = 1032

  /// zlib's own default: 256 KiB for the time of one message.
  private static let memoryLevel: Int32 = 8

  private static let corrupt = RPCError(
    code: .internalError, message: "The compressed message is no whole and valid gzip.")

  private static func tooLong(_ limit: Int) -> RPCError {
    RPCError(
      code: .resourceExhausted,
      message: "The compressed message holds more than the \(limit) bytes that are accepted.")
  }
}
