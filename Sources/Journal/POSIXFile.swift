import Foundation

/// The few file operations of POSIX that the journal needs and Foundation does not offer:
/// exclusive creation with a mode, fsync of files and directories, modes.
enum POSIXFile {
  /// A failed system call.
  struct Failure: Error {
    let code: Int32

    var reason: String {
      unsafe String(cString: strerror(code))
    }

    /// Whether a disk that is mended or has room makes it go away.
    var isOfTheDisk: Bool { [EIO, ENOSPC, EDQUOT].contains(code) }

    static var last: Failure { Failure(code: errno) }
  }

  /// Opens with O_CLOEXEC, so that no child process inherits the descriptor (and with it a lock).
  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(Failure) -> Int32 {
    let descriptor = unsafe Foundation.open(path, flags | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .last }
    return descriptor
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        guard errno == EINTR else { throw .last }
      } else {
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Whether it is no pipe, terminal or other device.
  static func isRegular(_ descriptor: Int32) throws(Failure) -> Bool {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last }
    return status.st_mode & S_IFMT == S_IFREG
  }

  /// Waits until a pipe takes PIPE_BUF bytes without blocking, or shows that it is broken.
  static func hasRoom(_ descriptor: Int32, waitingAtMost limit: Duration) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, Int32(limit / .milliseconds(1))) > 0
  }

  /// Creates an empty file, durably, unless it is there.
  static func createIfMissing(_ path: String, mode: mode_t) throws(Failure) {
    do {
      close(try open(path, O_RDWR | O_CREAT | O_EXCL, mode: mode))
    } catch  where error.code == EEXIST {
      return
    }
    try synchronize(directory: parent(of: path))
  }

  /// Creates a file with its content so that either all of it is there after a crash, or nothing.
  static func createDurably(_ path: String, content: [UInt8], mode: mode_t) throws(Failure) {
    let draft = path + ".new"
    let descriptor = try open(draft, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    defer { close(descriptor) }
    guard fchmod(descriptor, mode) == 0 else { throw .last }
    try write(content, to: descriptor)
    guard fsync(descriptor) == 0 else { throw .last }
    guard unsafe rename(draft, path) == 0 else { throw .last }
    try synchronize(directory: parent(of: path))
  }

  /// Gives a finished file the name of another one, so that after a crash one of the two has it.
  static func replaceDurably(_ path: String, with draft: String) throws(Failure) {
    let descriptor = try open(draft, O_RDWR)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
    guard unsafe rename(draft, path) == 0 else { throw .last }
    try synchronize(directory: parent(of: path))
  }

  /// Removes a file so that it is gone after a crash, too.
  static func remove(_ path: String) throws(Failure) {
    guard unsafe unlink(path) == 0 else { throw .last }
    try synchronize(directory: parent(of: path))
  }

  /// Waits until no other process has this directory locked, and locks it.
  ///
  /// - Returns: a descriptor; closing it gives the lock back.
  static func lock(directory: String) throws(Failure) -> Int32 {
    let descriptor = try open(directory, O_RDONLY | O_DIRECTORY)
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let failure = Failure.last
        close(descriptor)
        throw failure
      }
    }
    return descriptor
  }

  /// Makes the names in a directory durable.
  static func synchronize(directory: String) throws(Failure) {
    let descriptor = try open(directory, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
  }

  /// The permission bits, or `nil` when there is no such file.
  static func mode(of path: String) throws(Failure) -> mode_t? {
    try status(of: path).map { $0.st_mode & 0o7777 }
  }

  /// In bytes, or `nil` when there is no such file.
  static func size(of path: String) throws(Failure) -> off_t? {
    try status(of: path)?.st_size
  }

  private static func status(of path: String) throws(Failure) -> stat? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .last }
      return nil
    }
    return status
  }

  static func setMode(_ mode: mode_t, of path: String) throws(Failure) {
    guard unsafe chmod(path, mode) == 0 else { throw .last }
  }

  static func createDirectory(_ path: String, mode: mode_t) throws(Failure) {
    guard unsafe mkdir(path, mode) == 0 else { throw .last }
    try setMode(mode, of: path)
    try synchronize(directory: parent(of: path))
  }

  /// The path without symbolic links, so that one file has one lock by whatever name it is opened.
  static func canonicalPath(_ path: String) throws(Failure) -> String {
    if let resolved = unsafe realpath(path, nil) {
      defer { unsafe free(resolved) }
      return unsafe String(cString: resolved)
    }
    guard errno == ENOENT else { throw .last }
    guard let directory = unsafe realpath(parent(of: path), nil) else { throw .last }
    defer { unsafe free(directory) }
    return unsafe String(cString: directory) + "/" + (path as NSString).lastPathComponent
  }

  static func parent(of path: String) -> String {
    let parent = (path as NSString).deletingLastPathComponent
    return parent.isEmpty ? "." : parent
  }
}
