import Foundation

/// Where the lines of an export go: standard output, or a file to whose end they are added.
final class ExportSink: Sendable {
  /// The name of standard output.
  static let standardOutput = "-"

  private let name: String
  private let descriptor: Int32
  private let isFile: Bool

  /// Opens a file, or makes it. One export at a time writes to it. A line that was cut short by a
  /// crash is removed: it comes again.
  init(_ name: String) throws(ExportFailure) {
    self.name = name
    isFile = name != Self.standardOutput
    guard isFile else {
      descriptor = STDOUT_FILENO
      return
    }
    do {
      descriptor = try POSIXFile.open(name, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
    } catch {
      throw ExportFailure("\(name): \(error.reason)")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      Foundation.close(descriptor)
      throw ExportFailure("\(name): another export writes to it")
    }
    do {
      try removePartOfALine()
      try POSIXFile.synchronize(directory: POSIXFile.parent(of: name))
    } catch {
      Foundation.close(descriptor)
      throw ExportFailure("\(name): \(error.reason)")
    }
  }

  deinit {
    if isFile { Foundation.close(descriptor) }
  }

  private func removePartOfALine() throws(POSIXFile.Failure) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last }
    // A pipe or a device has no end to look at.
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    var end = status.st_size
    var byte: UInt8 = 0
    while end > 0 {
      guard unsafe pread(descriptor, &byte, 1, end - 1) == 1 else { throw .last }
      if byte == UInt8(ascii: "\n") { break }
      end -= 1
    }
    guard end == status.st_size || ftruncate(descriptor, end) == 0 else { throw .last }
  }

  /// Durable in a file when it returns; handed to the kernel on standard output.
  func write(_ pieces: [[UInt8]]) throws(ExportFailure) {
    do {
      for bytes in pieces { try POSIXFile.write(bytes, to: descriptor) }
    } catch {
      throw ExportFailure("\(name): \(error.reason)")
    }
    // What cannot be synchronized, such as a pipe, says EINVAL.
    guard !isFile || fdatasync(descriptor) == 0 || errno == EINVAL else {
      throw ExportFailure("\(name): \(POSIXFile.Failure.last.reason)")
    }
  }
}
