import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A moment of the calendar, in seconds since 1970.
struct CalendarSecond {
  let secondsSince1970: Int

  static var now: Self { Self(secondsSince1970: time(nil)) }
}

extension NIOSSLCertificate {
  /// Whether the end of the certificate's validity is ahead of a moment.
  func isUnexpired(at moment: CalendarSecond) -> Bool {
    notValidAfter > moment.secondsSince1970
  }
}
