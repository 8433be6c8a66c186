#if canImport(Glibc)
  import CGlibc
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps the memory of a process to itself: names, passwords, tokens and keys stand in it.
package enum ProcessPrivacy {
  /// Leaves nothing behind when the process crashes, and shows it to nobody but root. First in `main`.
  package static func begin() {
    restoreCrashSignals()
    forbidCores()
  }

  /// Swift's crash backtracer prints the memory at each register. Its handlers are installed before
  /// `main`, so no environment variable is needed to keep it quiet.
  private static func restoreCrashSignals() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGQUIT] {
      _ = signal(number, SIG_DFL)
    }
  }

  /// The limit alone would not do: a system that hands cores to a program ignores it.
  private static func forbidCores() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    #if canImport(Glibc)
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
      _ = forbid_dumps()
    #else
      _ = unsafe setrlimit(RLIMIT_CORE, &none)
    #endif
  }
}
