import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads a regular file of limited size. What is checked is the opened file, so symbolic links are
/// followed (Kubernetes mounts secrets as links) and nothing can change in between.
enum BoundedFile {
  /// Bytes asked for at once.
  private static let chunkByteCount = 16 << 10

  /// - Returns: `nil` when there is no such file, and for that reason alone.
  static func bytes(
    at path: String, limit: Int
  ) throws(CredentialsProblem) -> [UInt8]? {
    // Opening a pipe must not wait for its writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw unreadable(errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw unreadable(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CredentialsProblem(text: "is no regular file")
    }
    return try content(of: descriptor, limit: limit)
  }

  private static func content(
    of descriptor: CInt, limit: Int
  ) throws(CredentialsProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: chunkByteCount)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(errno)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw CredentialsProblem(text: "is larger than \(limit) bytes")
      }
      bytes += chunk[..<count]
    }
  }

  private static func unreadable(_ code: CInt) -> CredentialsProblem {
    CredentialsProblem(text: "cannot be read: \(IOError(errnoCode: code, reason: "open or read"))")
  }
}
