import Foundation

/// Where the lines of an export go: standard output, or a file to whose end they are added.
final class ExportSink: Sendable {
  /// The name of standard output.
  static let standardOutput = "-"
  /// A target that has no room is asked again after this, and waited for as long with a thread.
  private static let askInterval = Duration.milliseconds(10)

  private let name: String
  private let descriptor: Int32
  private let isFile: Bool
  /// Of a target that is no regular file, such as a pipe; `nil`: a thread waits for its reader.
  private let stallWatch: StallWatch?

  /// Opens a file, or makes it. One export at a time writes to it. A line that was cut short by a
  /// crash is removed: it comes again.
  init(_ name: String, stallWatch: StallWatch?) throws(ExportFailure) {
    self.name = name
    isFile = name != Self.standardOutput
    do {
      descriptor = isFile ? try Self.open(name) : STDOUT_FILENO
      self.stallWatch = try POSIXFile.isRegular(descriptor) ? nil : stallWatch
    } catch {
      let reason = error.code == EWOULDBLOCK ? "another export writes to it" : error.reason
      throw ExportFailure("\(name): \(reason)")
    }
  }

  deinit {
    if isFile { Foundation.close(descriptor) }
  }

  private static func open(_ name: String) throws(POSIXFile.Failure) -> Int32 {
    let descriptor = try POSIXFile.open(name, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
    do throws(POSIXFile.Failure) {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .last }
      try removePartOfALine(descriptor)
      try POSIXFile.synchronize(directory: POSIXFile.parent(of: name))
      return descriptor
    } catch {
      Foundation.close(descriptor)
      throw error
    }
  }

  private static func removePartOfALine(_ descriptor: Int32) throws(POSIXFile.Failure) {
    // A pipe or a device has no end to look at.
    guard try POSIXFile.isRegular(descriptor) else { return }
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else { throw .last }
    var end = size
    var byte: UInt8 = 0
    while end > 0 {
      guard unsafe pread(descriptor, &byte, 1, end - 1) == 1 else { throw .last }
      if byte == UInt8(ascii: "\n") { break }
      end -= 1
    }
    guard end == size || ftruncate(descriptor, end) == 0 else { throw .last }
  }

  /// Durable in a file when it returns; handed to the kernel on standard output.
  func write(_ pieces: [[UInt8]]) async throws(ExportFailure) {
    for bytes in pieces {
      if let stallWatch {
        try await write(bytes, stallWatch)
      } else {
        try write(bytes)
      }
    }
    // What cannot be synchronized, such as a pipe, says EINVAL.
    guard !isFile || fdatasync(descriptor) == 0 || errno == EINVAL else {
      throw ExportFailure("\(name): \(POSIXFile.Failure.last.reason)")
    }
  }

  /// Writes no more at once than a pipe that has room takes without blocking (POSIX.1, write), and
  /// cuts no line that fits.
  private func write(_ bytes: [UInt8], _ stallWatch: StallWatch) async throws(ExportFailure) {
    let newline = UInt8(ascii: "\n")
    var rest = bytes[...]
    var isInsideLine = false
    while !rest.isEmpty {
      guard await hasRoom(stallWatch) else {
        throw ExportFailure("\(name): it takes nothing", leavesPartOfALine: isInsideLine)
      }
      let first = rest.prefix(Int(PIPE_BUF))
      let end = first.count == rest.count ? nil : first.lastIndex(of: newline)
      let piece = end.map { rest[...$0] } ?? first
      try write(Array(piece))
      isInsideLine = piece.last != newline
      rest = rest[piece.endIndex...]
    }
  }

  private func write(_ bytes: [UInt8]) throws(ExportFailure) {
    do {
      try POSIXFile.write(bytes, to: descriptor)
    } catch {
      throw ExportFailure("\(name): \(error.reason)")
    }
  }

  /// Waits for room until the task is cancelled. A target that was given up would get what it has
  /// taken once more, and with a slow reader never more than that.
  private func hasRoom(_ stallWatch: StallWatch) async -> Bool {
    let start = ContinuousClock.now
    var isStalled = false
    while !POSIXFile.hasRoom(descriptor, waitingAtMost: Self.askInterval) {
      if Task.isCancelled { return false }
      if !isStalled, start.duration(to: .now) >= stallWatch.limit {
        isStalled = true
        stallWatch.tell(true)
      }
      // A cancellation is seen above.
      try? await Task.sleep(for: Self.askInterval)
    }
    if isStalled { stallWatch.tell(false) }
    return true
  }
}
