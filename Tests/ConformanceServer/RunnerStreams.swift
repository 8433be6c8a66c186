import Glibc

/// The runner's end of standard input and output: messages behind four bytes of big-endian length.
enum RunnerStreams {
  struct Closed: Error {}

  static func read() throws -> [UInt8] {
    let length = try read(count: 4).reduce(0) { $0 << 8 | Int($1) }
    return try read(count: length)
  }

  static func write(_ message: [UInt8]) throws {
    let length = UInt32(message.count)
    var bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + message
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(STDOUT_FILENO, buffer.baseAddress, buffer.count)
      }
      guard count > 0 else { throw Closed() }
      bytes.removeFirst(count)
    }
  }

  private static func read(count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let missing = count - bytes.count
      let more = unsafe [UInt8](unsafeUninitializedCapacity: missing) { buffer, initializedCount in
        unsafe initializedCount = max(0, Glibc.read(STDIN_FILENO, buffer.baseAddress, missing))
      }
      guard !more.isEmpty else { throw Closed() }
      bytes += more
    }
    return bytes
  }
}
