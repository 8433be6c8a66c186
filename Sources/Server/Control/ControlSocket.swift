import Foundation
import NIOCore

/// The socket on which the running service takes operators' tasks: a file beside the journal, for the
/// service's own user alone.
enum ControlSocket {
  static func path(besides journal: String) -> String { journal + ".control" }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Binds it. Only the holder of the journal's lock does, so a file that is there is one that a
  /// process left behind.
  ///
  /// - Returns: the descriptor.
  static func bind(_ path: String) throws(Failure) -> CInt {
    guard let address = try? SocketAddress(unixDomainSocketPath: path) else {
      throw Failure(description: "its path is too long for a socket")
    }
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | closeOnExec, 0)
    guard descriptor >= 0 else { throw last }
    _ = unsafe unlink(path)
    // Before it has a name, so that nobody else gets in between.
    guard fchmod(descriptor, 0o600) == 0,
      unsafe address.withSockAddr({ unsafe Foundation.bind(descriptor, $0, socklen_t($1)) }) == 0
    else {
      let failure = last
      close(descriptor)
      throw failure
    }
    return descriptor
  }

  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }

  private static var last: Failure { Failure(description: unsafe String(cString: strerror(errno))) }

  private static let closeOnExec = CInt(SOCK_CLOEXEC.rawValue)
}
