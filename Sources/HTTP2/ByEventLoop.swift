package import NIOCore
import Synchronization

/// One object for each event loop, made when it is first asked for and confined to its loop.
package final class ByEventLoop<Value>: Sendable {
  private let values = Mutex<[ObjectIdentifier: NIOLoopBound<Value>]>([:])
  private let make: @Sendable (any EventLoop) -> Value

  package init(_ make: @escaping @Sendable (any EventLoop) -> Value) {
    self.make = make
  }

  /// Call it on the event loop.
  package func value(of eventLoop: any EventLoop) -> Value {
    values.withLock { values in
      let id = ObjectIdentifier(eventLoop)
      if let known = values[id] { return known }
      let new = NIOLoopBound(make(eventLoop), eventLoop: eventLoop)
      values[id] = new
      return new
    }.value
  }
}
