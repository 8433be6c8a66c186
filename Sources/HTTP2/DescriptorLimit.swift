#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many files and sockets the process may have open (RLIMIT_NOFILE).
enum DescriptorLimit {
  /// Descriptors that connections leave to the rest of the process: its files, its event loops, its
  /// connections to others.
  static let reserve = 32

  /// The limit of connections that descriptors are there for: those above can then still be accepted
  /// and closed, where otherwise they would stand in the way of all that come after.
  static func connections(atMost limit: Int) -> Int {
    let number = Int(clamping: softLimit)
    return min(limit, max(1, number - reserve))
  }

  private static var softLimit: rlim_t {
    var limits = rlimit()
    #if canImport(Glibc)
      let result = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    #else
      let result = unsafe getrlimit(RLIMIT_NOFILE, &limits)
    #endif
    return result == 0 ? limits.rlim_cur : .max
  }
}
