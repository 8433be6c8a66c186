import Foundation
import Synchronization

/// The lock that keeps a second writing process out: `flock` on a file beside the database, held as
/// long as the process lives. The file stays when the lock is gone; it holds the holder's pid.
///
/// SQLite's own locks do not do: two processes would each write well-formed records, and two
/// connections of which one checkpoints are the WAL-reset bug of SQLite before 3.51.3.
final class JournalLock: Sendable {
  private let descriptor: Mutex<Int32?>

  private init(descriptor: Int32) {
    self.descriptor = Mutex(descriptor)
  }

  deinit {
    release()
  }

  /// Takes the lock without waiting.
  static func acquire(path: String) throws(JournalOpenError) -> JournalLock {
    do {
      let descriptor = try POSIXFile.open(path, O_RDWR | O_CREAT)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let failure = POSIXFile.Failure.last
        defer { close(descriptor) }
        guard failure.code == EWOULDBLOCK else { throw failure }
        throw JournalOpenError.lockedBy(holder(of: path))
      }
      let lock = JournalLock(descriptor: descriptor)
      guard ftruncate(descriptor, 0) == 0 else { throw POSIXFile.Failure.last }
      try POSIXFile.write(Array("\(getpid())\n".utf8), to: descriptor)
      return lock
    } catch let failure as POSIXFile.Failure {
      throw JournalOpenError(failure, path: path)
    } catch let error as JournalOpenError {
      throw error
    } catch {
      throw .notWritable(path: path, reason: "the lock file cannot be used")
    }
  }

  /// Gives the lock back; again is no error.
  func release() {
    descriptor.withLock { descriptor in
      guard let open = descriptor else { return }
      _ = ftruncate(open, 0)
      // Closing does not do: a child process between its fork and its exec shares the lock.
      _ = flock(open, LOCK_UN)
      close(open)
      descriptor = nil
    }
  }

  private static func holder(of path: String) -> Int32? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
