#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many files and sockets the process may have open (RLIMIT_NOFILE).
///
/// To be without any would be worse than to turn connections away: Dispatch, on which Swift's tasks
/// run, opens files of `/proc` to count its threads and ends the process when it cannot.
package enum DescriptorLimit {
  /// Descriptors that connections of clients leave to the rest of the process at most: to its files,
  /// its event loops, its connections to others. Less where few are allowed at all.
  private static let largestReserve = 256
  private static let reservedShare = 2

  /// Raises the limit as far as the process may. What the system gives at first (often 1024) is for
  /// programs that use `select(2)`; there is none here.
  package static func raise() {
    guard var limits = limits, limits.rlim_cur < limits.rlim_max else { return }
    limits.rlim_cur = limits.rlim_max
    #if canImport(Glibc)
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    #else
      _ = unsafe setrlimit(RLIMIT_NOFILE, &limits)
    #endif
  }

  /// The limit that holds now.
  package static var current: Int { limits.map { Int(clamping: $0.rlim_cur) } ?? .max }

  /// Whether only the descriptors that are kept back are left.
  static var isNear: Bool {
    // The system gives the lowest number that is free: all below it are in use.
    let lowest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
    guard lowest >= 0 else { return errno == EMFILE }
    close(lowest)
    return Int(lowest) >= firstReserved(of: current)
  }

  static func firstReserved(of limit: Int) -> Int {
    limit - min(largestReserve, limit / reservedShare)
  }

  private static var limits: rlimit? {
    var limits = rlimit()
    #if canImport(Glibc)
      let result = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    #else
      let result = unsafe getrlimit(RLIMIT_NOFILE, &limits)
    #endif
    return result == 0 ? limits : nil
  }
}
