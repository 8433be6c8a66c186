#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Swift's crash backtracer prints the memory at each register: a password could stand there. Its
/// handlers are installed before `main`, so no environment variable is needed to keep it quiet.
enum CrashSignals {
  static func restoreDefaults() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGQUIT] {
      _ = signal(number, SIG_DFL)
    }
  }
}
